import {
	agentStatus,
	appSpent,
	asked,
	askedList,
	fact,
	factList,
	plan,
	planList,
	queue,
	schemaChangeList,
	schemaUndone,
	secretList,
	startedRun,
	type Answers,
	type FactKind,
	type RunMode,
	type ViewState,
} from '#lib/contracts/index.ts';
import { z } from 'zod';

export interface Call {
	readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	readonly json?: unknown;
	readonly text?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
}

/** How a call reaches the server: `ask` parses the answer, `send` leaves it as it is. */
export interface Transport {
	readonly ask: <T>(schema: z.ZodType<T>, path: string, call?: Call) => Promise<T>;
	readonly send: (path: string, call?: Call) => Promise<Response>;
}

/** A message to the agent with what goes with it. */
export interface Message {
	readonly text: string;
	/** The same message sent twice is accepted once. */
	readonly clientId: string;
	readonly mode?: RunMode;
	/** Another model than the one in the settings. */
	readonly model?: string;
	readonly view?: ViewState;
}

const startedId = z.object({ id: z.string() });

/** What the conversation asks the server for: messages, what waits, what is remembered, the switch of all agents. */
export function agentCalls({ ask, send }: Transport) {
	const app = (slug: string) => `/apps/${encodeURIComponent(slug)}`;
	const item = (slug: string, kind: string, id: string) =>
		`${app(slug)}/${kind}/${encodeURIComponent(id)}`;
	const post = (json: unknown): Call => ({ method: 'POST', json });

	return {
		/** Starts at once, or waits behind the run that works. */
		startRun: (slug: string, message: Message) =>
			ask(startedRun, `${app(slug)}/runs`, post(message)),
		/** Undoes a run and all that came after it, and starts over with another text. */
		resendRun: (slug: string, id: string, message: Message) =>
			ask(startedRun, `${item(slug, 'runs', id)}/resend`, post(message)),
		/** The same request once more, on the app as it is. */
		retryRun: (slug: string, id: string, clientId: string) =>
			ask(startedRun, `${item(slug, 'runs', id)}/retry`, post({ clientId })),
		/** Goes on where a run ended. */
		continueRun: (slug: string, id: string, clientId: string) =>
			ask(startedRun, `${item(slug, 'runs', id)}/continue`, post({ clientId })),

		queue: (slug: string) => ask(queue, `${app(slug)}/queue`),
		resumeQueue: (slug: string) => ask(queue, `${app(slug)}/queue/resume`, post({})),
		/** @param change `position` from 1 */
		changeQueued: (slug: string, id: string, change: { text?: string; position?: number }) =>
			ask(queue, item(slug, 'queue', id), { method: 'PATCH', json: change }),
		removeQueued: async (slug: string, id: string) => {
			await send(item(slug, 'queue', id), { method: 'DELETE' });
		},

		questions: async (slug: string) => (await ask(askedList, `${app(slug)}/questions`)).items,
		answer: (slug: string, id: string, answers: Answers) =>
			ask(asked, item(slug, 'questions', id), post({ answers })),
		declineQuestions: (slug: string, id: string) =>
			ask(asked, item(slug, 'questions', id), post({ decline: true })),

		secrets: async (slug: string) => (await ask(secretList, `${app(slug)}/secrets`)).items,
		/** The value goes to the server and never comes back. */
		putSecret: async (slug: string, name: string, value: string) => {
			await send(item(slug, 'secrets', name), { method: 'PUT', json: { value } });
		},
		removeSecret: async (slug: string, name: string) => {
			await send(item(slug, 'secrets', name), { method: 'DELETE' });
		},

		facts: async (slug: string) => (await ask(factList, `${app(slug)}/facts`)).items,
		addFact: (slug: string, kind: FactKind, text: string) =>
			ask(fact, `${app(slug)}/facts`, post({ kind, text })),
		changeFact: (slug: string, id: string, change: { kind?: FactKind; text?: string }) =>
			ask(fact, item(slug, 'facts', id), { method: 'PATCH', json: change }),
		removeFact: async (slug: string, id: string) => {
			await send(item(slug, 'facts', id), { method: 'DELETE' });
		},

		plans: async (slug: string) => (await ask(planList, `${app(slug)}/plans`)).items,
		changePlan: (slug: string, id: string, text: string) =>
			ask(plan, item(slug, 'plans', id), { method: 'PATCH', json: { text } }),
		/** Starts the run that builds it. */
		acceptPlan: (slug: string, id: string) =>
			ask(startedId, `${item(slug, 'plans', id)}/accept`, post({})),

		schemaChanges: async (slug: string) =>
			(await ask(schemaChangeList, `${app(slug)}/schema/changes`)).items,
		undoSchemaChange: (slug: string, id: string) =>
			ask(schemaUndone, `${item(slug, 'schema/changes', id)}/undo`, post({})),

		spent: (slug: string) => ask(appSpent, `${app(slug)}/spent`),
		agents: () => ask(agentStatus, '/agent'),
		/** Ends every run of every app; none starts until `startAgents`. */
		stopAllAgents: () => ask(agentStatus, '/agent/stop-all', post({})),
		startAgents: () => ask(agentStatus, '/agent/start', post({})),
	};
}
