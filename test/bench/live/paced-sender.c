/*
 * Sends RTP of 172 bytes to many ports at a steady rate from one socket, and takes what comes back to it:
 *   paced-sender LOCAL_PORT PACKETS_PER_SECOND SECONDS < ports
 * Each packet carries when it was sent, so that what comes back tells how long it took, and what does not come
 * back can have its arrival compared. Prints JSON: sent, received, delays in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LENGTH = 172, HEADER = 12, PORTS = 65536, BUCKETS = 200000, BUCKET_NS = 10000, BATCH = 64 };

static const struct timespec PAUSE = {0, 200000};
static int descriptor;
static long histogram[BUCKETS + 1];
static volatile long received;

static uint64_t now_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void *receive(void *unused) {
  static uint8_t packets[BATCH][2048];
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){packets[i], sizeof packets[i]};
    messages[i].msg_hdr.msg_iov = parts + i;
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    // Looks now and then instead of sleeping until something comes: being woken up is at the sender's expense.
    int count = recvmmsg(descriptor, messages, BATCH, MSG_DONTWAIT, 0);
    if (count <= 0) {
      nanosleep(&PAUSE, 0);
      continue;
    }
    uint64_t arrived = now_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < count; i++) {
      if (messages[i].msg_len != LENGTH) continue;
      uint64_t sent;
      memcpy(&sent, packets[i] + HEADER, sizeof sent);
      uint64_t bucket = (arrived - sent) / BUCKET_NS;
      histogram[bucket < BUCKETS ? bucket : BUCKETS]++;
      received++;
    }
  }
  return unused;
}

static double percentile(double share) {
  long wanted = (long)(share * (double)received), seen = 0;
  for (long bucket = 0; bucket <= BUCKETS; bucket++) {
    seen += histogram[bucket];
    if (seen > wanted) return (double)(bucket + 1) * BUCKET_NS / 1000;
  }
  return 0;
}

int main(int count, char **parameters) {
  if (count != 4) return 2;
  static uint16_t ports[PORTS], sequence[PORTS];
  static uint8_t packet[LENGTH];
  int streams = 0, port;
  while (streams < PORTS && scanf("%d", &port) == 1) ports[streams++] = (uint16_t)port;
  double rate = atof(parameters[2]);
  long total = (long)(rate * atof(parameters[3])), sent = 0;
  descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  int buffer = 64 << 20;
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons((uint16_t)atoi(parameters[1]));
  if (streams == 0 || bind(descriptor, (void *)&address, sizeof address) < 0) return 1;
  pthread_t thread;
  pthread_create(&thread, 0, receive, 0);
  memset(packet, 0xd5, LENGTH);
  packet[0] = 0x80;
  packet[1] = 0;
  uint64_t began = now_ns(CLOCK_MONOTONIC);
  while (sent < total) {
    long due = (long)((double)(now_ns(CLOCK_MONOTONIC) - began) * 1e-9 * rate);
    for (due = due > total ? total : due; sent < due; sent++) {
      int stream = (int)(sent % streams);
      uint16_t number = sequence[stream]++;
      uint32_t timestamp = htonl((uint32_t)number * 160), source = htonl((uint32_t)stream + 1);
      packet[2] = (uint8_t)(number >> 8);
      packet[3] = (uint8_t)number;
      memcpy(packet + 4, &timestamp, 4);
      memcpy(packet + 8, &source, 4);
      uint64_t times[2] = {now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_REALTIME)};
      memcpy(packet + HEADER, times, sizeof times);
      address.sin_port = htons(ports[stream]);
      sendto(descriptor, packet, LENGTH, 0, (void *)&address, sizeof address);
    }
    nanosleep(&PAUSE, 0);
  }
  double seconds = (double)(now_ns(CLOCK_MONOTONIC) - began) * 1e-9;
  sleep(1);
  printf("{\"sent\":%ld,\"received\":%ld,\"packetsPerSecond\":%.0f,\"medianUs\":%.0f,\"p99Us\":%.0f,\"maxUs\":%.0f}\n",
         sent, received, (double)sent / seconds, percentile(0.5), percentile(0.99), percentile(0.9999999));
  return 0;
}
