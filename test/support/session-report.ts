/** What a telephone publishes at the end of a call (RFC 6035 §4.7), folded lines and all. */
export function sessionReport(callId: string): string {
  return [
    'VQSessionReport: CallTerm',
    `CallID: ${callId}`,
    'LocalID: "Room 7" <sip:room@192.0.2.1>',
    'RemoteID: <sip:6064724824@192.0.2.9>',
    'OrigID: "Room 7" <sip:room@192.0.2.1>',
    'LocalAddr: IP=192.0.2.1 PORT=11784 SSRC=0x1a2a9c52',
    'LocalMAC: 00:15:65:00:00:01',
    'RemoteAddr: IP=192.0.2.9 PORT=10000 SSRC=ce2256d2',
    'LocalMetrics:',
    'Timestamps: START=2026-11-23T04:00:00Z STOP=2026-11-23T04:01:30Z',
    'SessionDesc: PT=0 PD=PCMU SR=8000 FD=20 FPP=1 PPS=50',
    '  FMTP="annexb=no" PLC=3 SSUP=off',
    'JitterBuffer: JBA=3 JBR=2 JBN=40 JBM=80 JBX=120',
    'PacketLoss: NLR=5.0 JDR=2.0',
    'BurstGapLoss: BLD=0.7 BD=60 GLD=2.0 GD=500 GMIN=16',
    'Delay: RTD=200 ESD=140 SOWD=200 IAJ=2 MAJ=10',
    'Signal: SL=-18 NL=-50 RERL=127',
    'QualityEst: RLQ=90 RCQ=85 EXTRI=127 MOSLQ=4.2 MOSCQ=4.1 QoEEstAlg=P.564',
    `DialogID: ${callId};to-tag=8472761;from-tag=9123dh311`,
    '',
  ].join('\r\n');
}
