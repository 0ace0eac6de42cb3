/** Where a value stands in the configuration, for example `['meetings', 0, 'id']`. */
export type KeyPath = readonly (string | number)[];

/** `['meetings', 0, 'id']` → `meetings[0].id`. */
export function formatKeyPath(path: KeyPath): string {
  let formatted = '';
  for (const step of path) {
    if (typeof step === 'number') formatted += `[${step}]`;
    else formatted += formatted === '' ? step : `.${step}`;
  }
  return formatted;
}

/** `meetings[0].id` or `meetings.0.id` → `['meetings', 0, 'id']`. */
export function parseKeyPath(formatted: string): KeyPath {
  return formatted
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** `['sip', 'udpPort']` → `CARILLON_SIP_UDP_PORT`. */
export function environmentName(path: KeyPath): string {
  const words = path.map((step) => String(step).replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '_'));
  return ['CARILLON', ...words].join('_').toUpperCase();
}
