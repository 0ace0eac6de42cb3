/** One server that offers a service. RFC 2782. */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}

/**
 * RFC 2782: lower priority first; within one priority by drawing lots, each record as likely as its weight.
 * A target of `.` says that the service is not offered. `random` gives numbers from 0 up to 1.
 */
export function orderServices(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const offered = records.filter(({ name }) => name !== '' && name !== '.');
  const priorities = [...new Set(offered.map(({ priority }) => priority))].sort(
    (left, right) => left - right,
  );
  return priorities.flatMap((priority) =>
    drawByWeight(
      offered.filter((record) => record.priority === priority),
      random,
    ),
  );
}

/** Records of weight 0 stand first in the urn, so that they are drawn only when the lot is 0. */
function drawByWeight(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const urn = [...records].sort((left, right) => left.weight - right.weight);
  const drawn: SrvRecord[] = [];
  while (urn.length > 0) {
    const total = urn.reduce((sum, { weight }) => sum + weight, 0);
    let lot = Math.floor(random() * (total + 1));
    let index = 0;
    for (; index < urn.length - 1; index++) {
      lot -= urn[index]?.weight ?? 0;
      if (lot <= 0) break;
    }
    drawn.push(...urn.splice(index, 1));
  }
  return drawn;
}
