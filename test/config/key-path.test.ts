import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentName, formatKeyPath, parseKeyPath } from '../../config/key-path.ts';

describe('a key path', () => {
  it.each([
    [['sip', 'udpPort'], 'sip.udpPort', 'CARILLON_SIP_UDP_PORT'],
    [['meetings', 0, 'id'], 'meetings[0].id', 'CARILLON_MEETINGS_0_ID'],
    [['h323', 'portRange'], 'h323.portRange', 'CARILLON_H323_PORT_RANGE'],
    [['media', 'jitterBuffer', 'minMs'], 'media.jitterBuffer.minMs', 'CARILLON_MEDIA_JITTER_BUFFER_MIN_MS'],
  ])('%j is %s and %s', (path, formatted, variable) => {
    expect(formatKeyPath(path)).toBe(formatted);
    expect(parseKeyPath(formatted)).toEqual(path);
    expect(environmentName(path)).toBe(variable);
  });

  it('comes back as it went', () => {
    const key = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,9}$/);
    const path = fc.tuple(key, fc.array(fc.oneof(key, fc.nat())));
    fc.assert(
      fc.property(path, ([first, rest]) => {
        expect(parseKeyPath(formatKeyPath([first, ...rest]))).toEqual([first, ...rest]);
      }),
    );
  });
});
