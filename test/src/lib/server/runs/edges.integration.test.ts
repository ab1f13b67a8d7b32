import { afterEach, describe, expect, it } from 'vitest';
import type { StopReason } from '#lib/contracts/index.ts';
import { createRunBudgets, openAgentSwitch } from '#lib/server/runs/index.ts';
import type { RunAgent } from '#lib/server/runs/work.ts';
import {
	now,
	openRunsBench,
	stopped,
	toolFinished,
	toolStarted,
	waiting,
	type RunsBench,
} from './bench.ts';

let bench: RunsBench;
const open = async (agent: RunAgent): Promise<RunsBench> => (bench = await openRunsBench(agent));
afterEach(() => bench.close());

/** Works until it is told to stop. */
const patient: RunAgent = async ({ emit, signal }) => {
	await new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve());
	});
	await emit(stopped(signal.reason as StopReason));
};
/** Asks when it begins; gone on with, it does what is given. */
const asking =
	(then: RunAgent, secret?: string): RunAgent =>
	async (task) => {
		if (task.resume) return then(task);
		await task.emit(toolStarted('one'));
		return task.park(waiting('one', secret));
	};
const finishing: RunAgent = async ({ emit, signal }) => {
	await emit(toolFinished('one'));
	await emit(stopped(signal.aborted ? (signal.reason as StopReason) : 'done'));
};
const yes = { sure: true };

describe('an end that could not be written', () => {
	it('is written by the stop button, and the app is free again', async () => {
		const { runs, refuse, reach, told, errors } = await open(async ({ emit }) => {
			await emit(toolStarted('one', 'write'));
			throw new Error('broken');
		});
		const allow = await refuse(
			"BEFORE INSERT ON _tk_events WHEN NEW.body ->> '$.type' IN ('stopped', 'tool_finished')",
		);
		const { id } = await runs.start('shop', 'a');
		while (!errors.some((text) => text.includes('could not be ended'))) await delay();
		await allow();
		await runs.stop('shop', id);
		await reach(id, 'ended');
		expect((await told(id)).map(({ type }) => type)).toEqual([
			'tool_started',
			'tool_finished',
			'stopped',
		]);
	});

	it('is written when the next message comes', async () => {
		let isFirst = true;
		const { runs, refuse, errors } = await open(async (task) => {
			if (!isFirst) return patient(task);
			isFirst = false;
			throw new Error('broken');
		});
		const allow = await refuse('BEFORE INSERT ON _tk_events');
		const { id } = await runs.start('shop', 'a');
		while (!errors.some((text) => text.includes('could not be ended'))) await delay();
		await allow();
		await runs.start('shop', 'b');
		expect(await runs.get('shop', id)).toMatchObject({ status: 'ended' });
	});
});

describe('every call has its result', () => {
	it('also when a run that is gone on with breaks at once', async () => {
		const { runs, questions, reach, told } = await open(
			asking(() => Promise.reject(new Error('no settings'))),
		);
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'waiting');
		const [asked] = await questions.list('shop');
		await runs.answer('shop', asked!.id, yes, 'me');
		await reach(id, 'ended');
		expect((await told(id)).map(({ type }) => type)).toEqual([
			...['tool_started', 'question_asked', 'question_answered'],
			...['tool_finished', 'stopped'],
		]);
	});

	it('also when it could not be written the first time', async () => {
		const { runs, refuse, reach, told } = await open(async ({ emit }) => {
			await emit(toolStarted('one'));
			const allow = await refuse('BEFORE INSERT ON _tk_events');
			const failure = await emit(toolFinished('one')).catch((error: unknown) => error);
			expect(failure).toBeInstanceOf(Error);
			await allow();
			await emit(stopped('internal_error'));
		});
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'ended');
		expect((await told(id)).map(({ type }) => type)).toEqual([
			...['tool_started', 'tool_finished', 'stopped'],
		]);
	});
});

describe('a run that could not be parked', () => {
	it('ends, and its question, too', async () => {
		const { runs, refuse, reach, told } = await open(async ({ emit, park }) => {
			await emit(toolStarted('one'));
			await refuse('BEFORE INSERT ON _tk_parked');
			const failure = await park(waiting('one')).catch((error: unknown) => error);
			expect(failure).toBeInstanceOf(Error);
			await emit(stopped('internal_error'));
		});
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'ended');
		expect((await told(id)).map(({ type }) => type)).toEqual([
			...['tool_started', 'tool_finished', 'stopped'],
		]);
	});
});

describe('ends that come together', () => {
	it('stopping a run does not stop the one that follows it', async () => {
		let release = (): void => undefined;
		const gate = new Promise<void>((resolve) => (release = resolve));
		const seen: string[] = [];
		const { runs, reach } = await open(async (task) => {
			if (task.run.text === 'b') {
				seen.push(task.run.id);
				return patient(task);
			}
			await gate;
			// The stop came when all was done.
			await task.emit(stopped('done'));
		});
		const { id } = await runs.start('shop', 'a');
		const next = await runs.send('shop', 'b');
		const stopping = runs.stop('shop', id);
		release();
		await stopping;
		await reach(id, 'ended');
		expect(await runs.get('shop', id)).toMatchObject({ reason: 'done' });
		expect(await runs.get('shop', next.id)).toMatchObject({ status: 'running' });
	});

	it('a stop wins over an answer that is just given', async () => {
		const { runs, questions, reach } = await open(
			asking(async (task) => {
				await task.emit(toolFinished('one'));
				return patient(task);
			}),
		);
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'waiting');
		const [asked] = await questions.list('shop');
		const both = await Promise.allSettled([
			runs.stop('shop', id),
			runs.answer('shop', asked!.id, yes, 'me'),
		]);
		expect(both[0]).toMatchObject({ status: 'fulfilled' });
		expect(await runs.get('shop', id)).toMatchObject({
			status: 'ended',
			reason: 'stopped_by_user',
		});
	});

	it('nothing goes on once the kill switch is set', async () => {
		const { runs, questions, reach, agents } = await open(asking(patient));
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'waiting');
		const [asked] = await questions.list('shop');
		await agents.set(true);
		await expect(runs.answer('shop', asked!.id, yes, 'me')).rejects.toMatchObject({
			code: 'agents_stopped',
		});
		await runs.killAll();
		expect(await runs.get('shop', id)).toMatchObject({ status: 'ended', reason: 'kill_switch' });
	});

	it('the next message begins also when approvals could not be tidied up', async () => {
		const { runs, refuse, reach, approvals, errors } = await open(async ({ run, emit }) => {
			if (run.text === 'a') {
				await approvals.request({
					...{ app: 'shop', runId: run.id, kind: 'schema', title: 'Sure?', effects: [] },
				});
				await refuse("BEFORE UPDATE ON _tk_approvals WHEN NEW.status = 'stale'");
				await runs.send('shop', 'b');
			}
			await emit(stopped('done'));
		});
		await runs.start('shop', 'a');
		while (errors.length === 0) await delay();
		const [, second] = await runs.list('shop');
		await reach(second!.id, 'ended');
		expect(second).toMatchObject({ text: 'b' });
	});
});

describe('a secret', () => {
	it('that is entered the moment it is asked for is not overlooked', async () => {
		const { runs, reach, told } = await open(async (task) => {
			await asking(finishing, 'MAIL_KEY')(task);
			// It stands in the log, and this process is not done with it yet.
			if (!task.resume) {
				expect(await runs.hostsAsked('shop', 'MAIL_KEY')).toEqual(['mail.example']);
				void runs.secretEntered('shop', 'MAIL_KEY', 'me');
				await delay(20);
			}
		});
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'ended');
		expect((await told(id)).at(-1)).toMatchObject({ reason: 'done' });
	});
});

describe('what an owner sets', () => {
	it('keeps the switch also when the disk took it only the second time', async () => {
		const { agents, refuse, backend } = await open(patient);
		const allow = await refuse('BEFORE INSERT ON _tk_state');
		await expect(agents.set(true)).rejects.toThrow();
		expect(agents.status).toMatchObject({ stopped: true });
		await allow();
		await agents.set(true);
		const again = await openAgentSwitch(backend.app.store, now);
		expect(again.status).toEqual(agents.status);
		expect(again.status).toMatchObject({ stopped: true });
	});

	it('keeps both of two limits that are set at once', async () => {
		const { backend } = await open(patient);
		const budgets = createRunBudgets(backend.app.store, now);
		await Promise.all([budgets.update({ appUsd: 1 }), budgets.update({ dayUsd: 2 })]);
		expect(await budgets.read()).toMatchObject({ appUsd: 1, dayUsd: 2 });
	});
});

describe('who follows a run', () => {
	it('that is over, from its end, is told so at once', async () => {
		const { runs, reach, logs } = await open(async ({ emit }) => emit(stopped('done')));
		const { id } = await runs.start('shop', 'a');
		await reach(id, 'ended');
		const rest: unknown[] = [];
		const signal = AbortSignal.timeout(1000);
		for await (const event of runs.log(id).follow(1, signal)) rest.push(event);
		expect([rest, signal.aborted]).toEqual([[], false]);
		expect(logs.size).toBe(0);
	});

	it('and leaves in the middle is forgotten', async () => {
		const { runs, reach, logs } = await open(async ({ emit, signal, ...task }) => {
			await emit({ type: 'text', delta: 'one' });
			await patient({ ...task, emit, signal });
		});
		const { id } = await runs.start('shop', 'a');
		const gone = new AbortController();
		const events = runs.log(id).follow(0, gone.signal);
		expect((await events.next()).value).toMatchObject({ delta: 'one' });
		gone.abort();
		await runs.stop('shop', id);
		await reach(id, 'ended');
		expect(logs.size).toBe(0);
	});
});

const delay = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
