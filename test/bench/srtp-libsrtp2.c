/*
 * CPU microseconds that libsrtp2 takes to protect and to unprotect a packet of 160 bytes of payload with
 * AES_CM_128_HMAC_SHA1_80: two numbers on a line for each round.
 */
#include <srtp2/srtp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PACKETS = 2000, SLOT = 208, ROUNDS = 60 };

static unsigned char packets[PACKETS][SLOT];
static int lengths[PACKETS];

static double cpu_us(void) { return (double)clock() * 1e6 / CLOCKS_PER_SEC; }

int main(void) {
  unsigned char key[30] = {1, 2, 3};
  srtp_policy_t policy;
  srtp_t sender, receiver;
  unsigned sequence = 0;
  srtp_init();
  memset(&policy, 0, sizeof policy);
  srtp_crypto_policy_set_rtp_default(&policy.rtp);
  srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
  policy.key = key;
  policy.window_size = 128;
  policy.ssrc.type = ssrc_any_outbound;
  if (srtp_create(&sender, &policy)) return 1;
  policy.ssrc.type = ssrc_any_inbound;
  if (srtp_create(&receiver, &policy)) return 1;
  for (int round = 0; round < ROUNDS; round++) {
    for (int index = 0; index < PACKETS; index++, sequence++) {
      unsigned char *packet = packets[index];
      memset(packet, index, SLOT);
      memcpy(packet, "\x80\0\0\0\0\0\0\0\1\2\3\4", 12);
      packet[2] = sequence >> 8;
      packet[3] = sequence;
      lengths[index] = 172;
    }
    double start = cpu_us();
    for (int index = 0; index < PACKETS; index++)
      if (srtp_protect(sender, packets[index], &lengths[index])) return 1;
    double middle = cpu_us();
    for (int index = 0; index < PACKETS; index++)
      if (srtp_unprotect(receiver, packets[index], &lengths[index])) return 1;
    double end = cpu_us();
    printf("%f %f\n", (middle - start) / PACKETS, (end - middle) / PACKETS);
  }
  return 0;
}
