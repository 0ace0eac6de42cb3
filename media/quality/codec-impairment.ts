/** Narrowband: ITU-T G.107, R to 93.2. Wideband: G.107.1, R to 129, for codecs with 50 to 7000 Hz. */
export type RatingScale = 'narrowband' | 'wideband';

/**
 * What a codec costs on the E-model's scale: the equipment impairment factor Ie without loss, and the
 * packet-loss robustness factor Bpl (ITU-T G.113 Appendices I and IV).
 */
export interface CodecImpairment {
  readonly scale: RatingScale;
  readonly equipmentImpairment: number;
  readonly packetLossRobustness: number;
  readonly source: string;
  /** True where G.113 has no such pair, or where we have it from others only. */
  readonly isEstimate: boolean;
}

const G113_PAIR = 'ITU-T G.113 Appendix I, Table I.3';
/**
 * Pairs that other programs and books give for G.113, which we could not lay beside the recommendation itself:
 * estimates until somebody does.
 */
const AS_CITED = 'as commonly cited from ITU-T G.113 Appendix I, not checked against its text';
/** Where only Ie is known: the least robust value G.107 admits, its default. */
const BPL_DEFAULT = `Ie ${AS_CITED}; Bpl: default of ITU-T G.107 Table 2`;
/** The narrowband scale ends at G.711, so better codecs are scored like it and never above. */
const LIKE_G711 = 'as G.711 with concealment: G.113 has no narrowband entry';

/** G.107.1, whose only published Bpl,WB, for AMR-WB, are 4.3 to 4.9: codecs without one have the least of them. */
const BPL_WIDEBAND = 4.3;
const AS_CITED_WIDEBAND =
  'as commonly cited from ITU-T G.113 Appendix IV, not checked against its text; Bpl,WB: the least of any in it';

const G711_CONCEALED = tabulated(0, 25.1, `${G113_PAIR}: G.711 with Appendix I concealment`);
const G711_UNCONCEALED = tabulated(0, 4.3, `${G113_PAIR}: G.711 without concealment`);

const CODECS: ReadonlyMap<string, CodecImpairment> = new Map([
  ['PCMU', G711_CONCEALED],
  ['PCMA', G711_CONCEALED],
  ['G729', estimated(11, 19, `G.729A with VAD, ${AS_CITED}`)],
  ['G723', estimated(15, 16.1, `G.723.1 at 6.3 kbit/s with VAD, ${AS_CITED}`)],
  ['GSM-EFR', estimated(5, 10, `GSM-EFR, ${AS_CITED}`)],
  ['AMR', estimated(5, 10, 'as GSM-EFR, which its 12.2 kbit/s mode is')],
  ['GSM', estimated(20, 4.3, BPL_DEFAULT)],
  ['GSM-HR-08', estimated(23, 4.3, BPL_DEFAULT)],
  ['G726-40', estimated(2, 4.3, BPL_DEFAULT)],
  ['G726-32', estimated(7, 4.3, BPL_DEFAULT)],
  ['G726-24', estimated(25, 4.3, BPL_DEFAULT)],
  ['G726-16', estimated(50, 4.3, BPL_DEFAULT)],
  ['G728', estimated(7, 4.3, BPL_DEFAULT)],
  ['G722', wideband(13, `G.722 at 64 kbit/s, Ie,WB ${AS_CITED_WIDEBAND}`)],
  ['AMR-WB', wideband(13, `AMR-WB at 12.65 kbit/s, Ie,WB ${AS_CITED_WIDEBAND}`)],
  ['OPUS', estimated(0, 25.1, LIKE_G711)],
  ['L16', estimated(0, 25.1, LIKE_G711)],
]);

/**
 * By the encoding name of RFC 3551, in any case.
 * @param isConcealed whether the receiver conceals lost packets; tabulated apart for G.711 only
 * @param isNarrowband wideband codecs too are rated by G.107, which ends at G.711
 * @returns null for a codec we cannot rate
 */
export function codecImpairment(
  encodingName: string,
  isConcealed = true,
  isNarrowband = false,
): CodecImpairment | null {
  const codec = CODECS.get(encodingName) ?? CODECS.get(encodingName.toUpperCase()) ?? null;
  if (codec?.scale === 'wideband' && isNarrowband) return estimated(0, 25.1, LIKE_G711);
  return codec === G711_CONCEALED && !isConcealed ? G711_UNCONCEALED : codec;
}

function tabulated(
  equipmentImpairment: number,
  packetLossRobustness: number,
  source: string,
): CodecImpairment {
  return { scale: 'narrowband', equipmentImpairment, packetLossRobustness, source, isEstimate: false };
}

function estimated(
  equipmentImpairment: number,
  packetLossRobustness: number,
  source: string,
): CodecImpairment {
  return { scale: 'narrowband', equipmentImpairment, packetLossRobustness, source, isEstimate: true };
}

function wideband(equipmentImpairment: number, source: string): CodecImpairment {
  return { ...estimated(equipmentImpairment, BPL_WIDEBAND, source), scale: 'wideband' };
}
