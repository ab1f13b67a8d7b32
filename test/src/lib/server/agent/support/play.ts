import { setTimeout as delay } from 'node:timers/promises';
import type { RunEventBody } from '#lib/contracts/index.ts';
import {
	createProvider,
	runAgent,
	type AgentRun,
	type Provider,
	type RunOutcome,
} from '#lib/server/agent/index.ts';
import {
	startMessagesServer,
	type MessagesServer,
	type MessagesServerOptions,
	type Step,
} from '../../../../../fixtures/messages-server/index.ts';
import {
	CompileChecks,
	createTestClock,
	MemoryFacts,
	MemoryData,
	MemoryLog,
	MemoryPlans,
	MemoryPreview,
	MemorySchema,
	MemoryWorkspace,
} from './memory.ts';

export interface Played {
	readonly outcome: RunOutcome;
	readonly workspace: MemoryWorkspace;
	readonly schema: MemorySchema;
	readonly checks: CompileChecks;
	readonly facts: MemoryFacts;
	readonly plans: MemoryPlans;
	readonly preview: MemoryPreview;
	readonly log: MemoryLog;
	readonly clock: ReturnType<typeof createTestClock>;
}

export interface PlayOptions {
	readonly files?: Readonly<Record<string, string>>;
	readonly text?: string;
	readonly run?: Partial<AgentRun>;
	readonly prepare?: (played: Omit<Played, 'outcome'>) => void;
}

/** Runs one turn with ports in memory. Fails when a started tool call never finished. */
export async function playProvider(
	provider: Provider,
	{ files = {}, text = 'Make it blue.', run = {}, prepare }: PlayOptions = {},
): Promise<Played> {
	const workspace = new MemoryWorkspace(files);
	const schema = new MemorySchema();
	const checks = new CompileChecks(workspace);
	const facts = new MemoryFacts();
	const plans = new MemoryPlans();
	const preview = new MemoryPreview();
	const log = new MemoryLog();
	const clock = createTestClock();
	const parts = { workspace, schema, checks, facts, plans, preview, log, clock };
	prepare?.(parts);
	const outcome = await runAgent({
		app: { slug: 'demo', name: 'Demo' },
		text,
		history: [],
		workspace,
		schema,
		checks,
		facts,
		plans,
		preview,
		sink: log,
		clock,
		random: () => 0,
		provider,
		data: new MemoryData(),
		secrets: { hostsOf: async () => undefined },
		park: async () => undefined,
		signal: new AbortController().signal,
		...run,
	});
	if (outcome.reason === 'internal_error') throw outcome.cause;
	const open = new Set<string>();
	for (const event of log.events) track(event, open);
	if (open.size > 0) throw new Error(`calls without an end: ${[...open].join(', ')}`);
	return { outcome, ...parts };
}

function track(event: RunEventBody, open: Set<string>): void {
	if (event.type === 'tool_started') {
		if (open.has(event.callId)) throw new Error(`${event.callId} was started twice`);
		open.add(event.callId);
	} else if (event.type === 'tool_finished' && !open.delete(event.callId))
		throw new Error(`${event.callId} finished and was not running`);
}

/** The same against a scripted Messages API over HTTP, with the SDK. The whole script must be played. */
export async function play(
	script: readonly Step[],
	options: PlayOptions & {
		readonly server?: MessagesServerOptions;
		readonly key?: string;
		readonly model?: string;
		/** A run that ends before the script does. */
		readonly partial?: boolean;
	} = {},
): Promise<Played & { readonly server: MessagesServer }> {
	const server = await startMessagesServer(script, options.server);
	try {
		const provider = createProvider(
			{
				provider: 'anthropic',
				baseUrl: server.url,
				model: options.model ?? 'test-model',
				apiKey: options.key ?? 'test-key',
			},
			fetch,
		);
		const played = await playProvider(provider, options);
		if (options.partial !== true) server.assertDone();
		// What the client closes is closed by now or in a moment; what it leaves open the server closes.
		const ends = Promise.all(server.requests.map(({ ended }) => ended));
		await Promise.race([ends, delay(2000)]);
		return { ...played, server };
	} finally {
		await server.close();
	}
}
