import { describe, expect, it } from 'vitest';
import type { Step } from '../../signaling/sip/state-machine.ts';

/** One arrow of the figure: from, input, to, actions. */
export type Arrow = readonly [from: string, input: string, to: string, actions: string];

/**
 * Holds a state machine against its figure: every arrow is there with its actions, and for every other
 * combination of state and input there is none.
 */
export function describeFigure<State extends string, Input extends string>(
  title: string,
  transition: (state: State, input: Input) => Step<State, string> | null,
  states: readonly State[],
  inputs: readonly Input[],
  arrows: readonly Arrow[],
): void {
  describe(title, () => {
    it.each(arrows)('%s —%s→ %s: %s', (from, input, to, actions) => {
      const step = transition(from as State, input as Input);
      expect(step?.state).toBe(to);
      expect(step?.actions.join(', ')).toBe(actions);
    });

    it('has no other arrow', () => {
      const drawn = new Set(arrows.map(([from, input]) => `${from} ${input}`));
      const others = states.flatMap((state) =>
        inputs
          .filter((input) => !drawn.has(`${state} ${input}`))
          .filter((input) => transition(state, input) !== null)
          .map((input) => `${state} ${input}`),
      );
      expect(others).toEqual([]);
    });
  });
}
