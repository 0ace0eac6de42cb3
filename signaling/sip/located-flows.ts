import type { FlowProvider } from './call-environment.ts';
import type { SipTarget } from './connect.ts';
import type { SipFlow } from './flow.ts';
import type { SipUri } from './uri.ts';

/** The places a URI leads to, best first (RFC 3263). Rejects with an Error whose message is for a person. */
export type Locate = (uri: SipUri) => Promise<readonly SipTarget[]>;

/** RFC 3263 §4.3: tries the places in their order and takes the first that can be connected to. */
export class LocatedFlows implements FlowProvider {
  readonly #locate: Locate;
  readonly #connect: (target: SipTarget) => Promise<SipFlow>;

  constructor(locate: Locate, connect: (target: SipTarget) => Promise<SipFlow>) {
    this.#locate = locate;
    this.#connect = connect;
  }

  async flowTo(uri: SipUri): Promise<SipFlow> {
    const targets = await this.#locate(uri);
    let failure: unknown = new Error(`no address is known for ${uri.host}`);
    for (const target of targets) {
      try {
        return await this.#connect(target);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}
