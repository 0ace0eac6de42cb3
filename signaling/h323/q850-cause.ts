/** Cause values of ITU-T Q.850 that signaling itself gives; those of failed calls stand in `CALL_FAILURES`. */
export const Q850_CAUSE = {
  normalClearing: 16,
  responseToStatusInquiry: 30,
  resourceUnavailable: 47,
  invalidCallReference: 81,
  mandatoryElementMissing: 96,
  messageTypeNonExistent: 97,
  invalidElementContents: 100,
  messageNotCompatibleWithState: 101,
} as const;
