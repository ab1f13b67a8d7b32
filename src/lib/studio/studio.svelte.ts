import type { App } from '#lib/contracts/index.ts';
import { asFailure, type Api } from './api/index.ts';
import { Chat } from './chat/chat.svelte.ts';
import { Code } from './code/code.svelte.ts';
import { History } from './history/history.svelte.ts';
import { Loadable } from './loadable.svelte.ts';
import { Notes } from './notes/notes.svelte.ts';
import { Preview, type Boot } from './preview/preview.svelte.ts';

/** One app being made: joins the conversation, the code, the preview and what is remembered. */
export class Studio {
	readonly #api: Api;
	readonly slug: string;
	readonly app: Loadable<App>;
	readonly chat: Chat;
	readonly code: Code;
	readonly history: History;
	readonly notes: Notes;
	readonly preview: Preview;

	constructor(api: Api, slug: string) {
		this.#api = api;
		this.slug = slug;
		this.app = new Loadable(() => api.app(slug));
		this.preview = new Preview(api, slug, (boot) => this.#booted(boot));
		this.code = new Code(api, slug, () => void this.preview.rebuild());
		const restored = () => {
			this.code.changedElsewhere();
			void this.preview.rebuild();
		};
		this.history = new History(api, slug, restored);
		this.notes = new Notes(api, slug, restored);
		this.chat = new Chat(api, slug, {
			onBuild: (build) => {
				this.preview.expect(build);
				// After a reload the frame may have booted before the log told of the build.
				const { boot } = this.preview;
				if (boot?.build === build.build && boot.nonce === build.nonce) this.#booted(boot);
			},
			onFileChanged: () => this.code.changedElsewhere(),
			onPreview: (asked, runId) =>
				this.preview.perform(asked, (result) => {
					const { id, nonce } = asked;
					// An answer that comes too late is refused, and the run has gone on without it.
					api.reportPreview(slug, runId, { id, nonce, result }).catch(() => undefined);
				}),
			onPreviewEnd: (id) => this.preview.cancel(id),
			onRestored: restored,
			openFile: () => this.code.current?.path,
			onNoted: () => void this.notes.refresh(),
		});
	}

	async load(): Promise<void> {
		const [app] = await Promise.all([
			this.app.load(),
			this.chat.load(),
			this.code.list.load(),
			this.notes.plans.load(),
		]);
		if (!app) return;
		this.preview.setDraftUrl(app.draftUrl);
		await this.preview.load();
	}

	/**
	 * Sets the model that works on this app.
	 * @param model empty: the one in the settings
	 * @throws ApiFailure
	 */
	async setModel(model: string): Promise<void> {
		try {
			this.app.set(await this.#api.updateApp(this.slug, { model }));
		} catch (error) {
			throw asFailure(error);
		}
	}

	close(): void {
		this.chat.close();
		this.code.close();
		this.preview.close();
	}

	#booted(boot: Boot): void {
		void this.chat.reportBoot(boot.build, boot.nonce, boot.errors);
	}
}
