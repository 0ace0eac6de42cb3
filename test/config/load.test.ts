import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { type LoadOptions, loadConfig } from '../../config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;
function file(text: string): string {
  const path = join(folder, `${++written}.yaml`);
  writeFileSync(path, text);
  return path;
}

/** The issues as `key (source): detail`, with the temporary folder taken out. */
function issuesOf(options: LoadOptions): string[] {
  try {
    loadConfig(options);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).issues.map(({ key, source, detail }) =>
      `${key} (${source}): ${detail}`.replace(/[^\s(]*carillon-config-[^/]*\/\d+/, 'site'),
    );
  }
  return [];
}

function flags(...assignments: string[]) {
  return assignments.map((assignment) => {
    const [key = '', text = ''] = assignment.split(/=(.*)/s);
    return { flag: `--set ${key}`, key, text };
  });
}

describe('the sources', () => {
  it('start with the default file, demo meeting and all', () => {
    const config = loadConfig();
    expect(config.sip).toMatchObject({ udpPort: 5060, tcpPort: 5060, tlsPort: 5061, webSocketPort: 5066 });
    expect(config.meetings).toEqual([
      {
        id: '6064724824',
        title: 'Stand-up',
        moderatorPasscode: null,
        invitees: [],
        maxParticipants: 250,
        waitingRoom: false,
        largeMeeting: 'auto',
      },
      {
        id: '6064724825',
        title: 'Review',
        moderatorPasscode: '4321',
        invitees: [{ pin: '6064724825001', name: 'Mary Major', role: 'host' }],
        maxParticipants: 250,
        waitingRoom: false,
        largeMeeting: 'auto',
      },
    ]);
  });

  it('win over each other: flag over environment over file over default', () => {
    const options: LoadOptions = {
      file: file('sip: { udpPort: 1001, tcpPort: 1002, tlsPort: 1003 }'),
      environment: { CARILLON_SIP_TCP_PORT: '2002', CARILLON_SIP_TLS_PORT: '2003' },
      flags: flags('sip.tlsPort=3003'),
    };
    const { udpPort, tcpPort, tlsPort, webSocketPort } = loadConfig(options).sip;
    expect({ udpPort, tcpPort, tlsPort, webSocketPort }).toEqual({
      udpPort: 1001,
      tcpPort: 2002,
      tlsPort: 3003,
      webSocketPort: 5066,
    });
  });

  it('replace lists as a whole and merge groups key by key', () => {
    const config = loadConfig({ file: file('meetings: [{ id: "1234567890" }]\nmedia: { nat: learn }') });
    expect(config.meetings.map(({ id }) => id)).toEqual(['1234567890']);
    expect(config.media).toMatchObject({ nat: 'learn', srtp: 'optional' });
  });

  it('may be JSON', () => {
    expect(loadConfig({ file: file('{\n\t"http": {\n\t\t"port": 8081\n\t}\n}') }).http.port).toBe(8081);
  });

  it('may be an empty file', () => {
    expect(loadConfig({ file: file('# nothing yet\n') })).toEqual(loadConfig());
  });

  it('take the file that CARILLON_CONFIG names, unless a flag names another', () => {
    const environment = { CARILLON_CONFIG: file('http: { port: 1 }') };
    expect(loadConfig({ environment }).http.port).toBe(1);
    expect(loadConfig({ environment, file: file('http: { port: 2 }') }).http.port).toBe(2);
  });

  it('ignore empty variables and those of others', () => {
    const environment = { CARILLON_SIP_UDP_PORT: '', PATH: '/bin', CARILLONX: 'y' };
    expect(loadConfig({ environment })).toEqual(loadConfig());
  });

  it('give a configuration that cannot be changed', () => {
    const config = loadConfig();
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    expect(isFrozen(config)).toBe(true);
  });
});

describe('values in the environment and in flags', () => {
  it.each([
    ['a number', 'sip.udpPort=5070', ['sip', 'udpPort'], 5070],
    ['null', 'sip.udpPort=null', ['sip', 'udpPort'], null],
    ['a switch', 'media.endOnSilence=true', ['media', 'endOnSilence'], true],
    ['text', 'dataDirectory=/var/lib/a b', ['dataDirectory'], '/var/lib/a b'],
    ['text with an equals sign', 'sip.realm=a=b', ['sip', 'realm'], 'a=b'],
    ['digits', 'account=012345678901', ['account'], '012345678901'],
    ['quoted digits', 'account="123456789012"', ['account'], '123456789012'],
    ['a list', 'media.codecs=[PCMA]', ['media', 'codecs'], ['PCMA']],
    ['a path into a list', 'meetings[0].title=Retro', ['meetings', 0, 'title'], 'Retro'],
    ['a path with a point into a list', 'meetings.0.title=Retro', ['meetings', 0, 'title'], 'Retro'],
  ])('%s', (_, assignment, path, value) => {
    const config = loadConfig({ flags: flags(assignment) });
    expect(path.reduce<unknown>((group, step) => (group as never)[step], config)).toEqual(value);
  });

  it('set a group before its members, however the environment is sorted', () => {
    const environment = { CARILLON_HTTP_PORT: '1', CARILLON_HTTP: '{ port: 2, address: "::1" }' };
    expect(loadConfig({ environment }).http).toMatchObject({ port: 1, address: '::1' });
  });
});

describe('digits', () => {
  it.each([
    ['in quotes', '"6064724824"', '6064724824'],
    ['as a number', '6064724824', '6064724824'],
    ['with a leading zero, unquoted', '0064724824', '0064724824'],
    ['in groups', '6064 72 4824', '6064724824'],
    ['with dashes', '6064-72-4824', '6064724824'],
  ])('are read %s', (_, id, expected) => {
    expect(loadConfig({ file: file(`meetings: [{ id: ${id} }]`) }).meetings[0]?.id).toBe(expected);
  });

  it('keep the plus of a telephone number that is not in quotes', () => {
    const config = loadConfig({ file: file('phoneNumbers: [{ number: +12065550100 }]') });
    expect(config.phoneNumbers[0]?.number).toBe('+12065550100');
  });
});

describe('every error tells the key, its place, what was found and what is allowed', () => {
  const PORT = 'a port from 1 to 65535, 0 for any free port, or null to switch the listener off';

  it('in a file', () => {
    expect(issuesOf({ file: file('http:\n  address: ::1\n  port: 70000\n') })).toEqual([
      `http.port (site.yaml:3): found 70000; allowed: ${PORT}`,
    ]);
  });

  it('in the environment', () => {
    expect(issuesOf({ environment: { CARILLON_SIP_UDP_PORT: 'abc' } })).toEqual([
      `sip.udpPort (environment variable CARILLON_SIP_UDP_PORT): found "abc"; allowed: ${PORT}`,
    ]);
  });

  it('in a flag', () => {
    expect(issuesOf({ flags: flags('sip.tcpPort=-1') })).toEqual([
      `sip.tcpPort (--set sip.tcpPort): found -1; allowed: ${PORT}`,
    ]);
  });

  it('blames the file for a member that a variable with the group does not set', () => {
    const options = {
      file: file('http: { port: x }'),
      environment: { CARILLON_HTTP: '{ address: "127.0.0.1" }' },
    };
    expect(issuesOf(options)[0]).toContain('http.port (site.yaml:1)');
  });

  it('says what is missing, and from what', () => {
    expect(issuesOf({ file: file('meetings:\n  - title: Retro\n') })).toEqual([
      'meetings[0].id (site.yaml:2): found nothing; allowed: a meeting ID of 10 digits, such as "6064724824" or "6064 72 4824"',
    ]);
  });

  it('all at once, over all sources', () => {
    const options = {
      file: file('sip: { tlsPort: x }\nhttp: { port: y }'),
      environment: { CARILLON_MEDIA_NAT: 'z' },
      flags: flags('account=1'),
    };
    expect(issuesOf(options).map((issue) => issue.split(' ')[0])).toEqual([
      'account',
      'sip.tlsPort',
      'media.nat',
      'http.port',
    ]);
  });

  it('never shows a password', () => {
    const issues = issuesOf({
      file: file('sip: { credentials: [{ userName: a, password: { b: hunter2 } }] }'),
    });
    expect(issues).toEqual([
      'sip.credentials[0].password (site.yaml:1): found a value that is not shown; allowed: a password',
    ]);
  });

  it('in one message, line by line', () => {
    expect(() => loadConfig({ flags: flags('account=1', 'http.port=x') })).toThrow(
      /^The configuration has 2 errors:\n {2}account \(--set account\): found 1; .*\n {2}http\.port .*$/,
    );
  });
});

describe('unknown keys', () => {
  it.each([
    [
      'a slip of the pen',
      'sip: { udpPrt: 1 }',
      'sip.udpPrt (site.yaml:1): unknown key; did you mean sip.udpPort?',
    ],
    [
      'another case',
      'sip: { udp_port: 1 }',
      'sip.udp_port (site.yaml:1): unknown key; did you mean sip.udpPort?',
    ],
    ['the wrong group', 'udpPort: 1', 'udpPort (site.yaml:1): unknown key; did you mean sip.udpPort?'],
    [
      'nothing near',
      'h323: { xyzzy: 1 }',
      'h323.xyzzy (site.yaml:1): unknown key; the keys here are enabled, port, portRange, gatekeeper',
    ],
    [
      'in a list',
      'meetings:\n  - id: "6064724824"\n    titel: x',
      'meetings[0].titel (site.yaml:3): unknown key; did you mean meetings[0].title?',
    ],
  ])('%s', (_, text, expected) => {
    expect(issuesOf({ file: file(text) })).toEqual([expected]);
  });

  it('that would reach into the prototype are unknown keys like others', () => {
    const issues = issuesOf({ file: file('__proto__: { polluted: 1 }') });
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain('__proto__ (site.yaml:1): unknown key');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(issuesOf({ flags: flags('__proto__.polluted=1') })[0]).toContain('__proto__');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('in the environment', () => {
    expect(issuesOf({ environment: { CARILLON_SIP_UDPPORT: '1', CARILLON_QQQ: '1' } })).toEqual([
      ' (environment variable CARILLON_SIP_UDPPORT): names no key; did you mean CARILLON_SIP_UDP_PORT?',
      ' (environment variable CARILLON_QQQ): names no key',
    ]);
  });
});
