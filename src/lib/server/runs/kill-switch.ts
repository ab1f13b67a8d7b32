import type { AgentStatus } from '#lib/contracts/index.ts';
import type { Store } from '../backends.ts';
import { readState, writeStateQuery } from '../tables/index.ts';

/** Whether agents may work at all. Kept: a restart does not switch them on again. */
export interface AgentSwitch {
	readonly status: AgentStatus;
	set(stopped: boolean): Promise<AgentStatus>;
}

export async function openAgentSwitch(store: Store, now: () => Date): Promise<AgentSwitch> {
	const since = await readState(store, 'agents_stopped');
	let status: AgentStatus = statusOf(typeof since === 'string' ? since : null);
	let kept = status;
	return {
		get status() {
			return status;
		},
		async set(stopped) {
			if (stopped === status.stopped && kept === status) return status;
			const next = statusOf(stopped ? now().toISOString() : null);
			// Off at once, whatever the disk says; on only when it is written.
			if (stopped) status = next;
			await store.write((tx) => tx.run(writeStateQuery('agents_stopped', next.since)));
			status = kept = next;
			return status;
		},
	};
}

const statusOf = (since: string | null): AgentStatus => ({ stopped: since !== null, since });
