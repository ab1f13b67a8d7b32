import type { Approval, RunEventBody } from '#lib/contracts/index.ts';
import type { Approvals } from './approvals.ts';

export interface Asked {
	readonly id: string;
	/** `stale`: the run ended before anybody decided. */
	readonly decision: 'accepted' | 'rejected' | 'stale';
}

/** Asks the person for a click and waits for it; both stand in the run's log. */
export async function askPerson(
	parts: {
		readonly approvals: Approvals;
		readonly app: string;
		readonly run: string;
		readonly emit: (event: RunEventBody) => Promise<void>;
	},
	what: Pick<Approval, 'kind' | 'title' | 'effects'>,
	signal: AbortSignal,
): Promise<Asked> {
	const { id } = await parts.approvals.request({ app: parts.app, runId: parts.run, ...what });
	// Listening before telling: the click may be faster than the next line.
	const decided = parts.approvals.wait(id, signal);
	await parts.emit({ type: 'approval_requested', approvalId: id });
	const decision = await decided;
	if (decision !== 'stale')
		await parts.emit({
			type: 'approval_decided',
			approvalId: id,
			accepted: decision === 'accepted',
		});
	return { id, decision };
}
