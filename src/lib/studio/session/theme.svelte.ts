export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const key = 'tinykit.theme';
const isChoice = (value: unknown): value is ThemeChoice =>
	themeChoices.some((choice) => choice === value);

/** Light, dark, or as the system says. app.html applies the saved choice before the first paint. */
export class Theme {
	#choice = $state<ThemeChoice>('system');
	#systemDark = $state(false);

	constructor(storage: Storage | undefined, media: MediaQueryList) {
		const saved = storage?.getItem(key);
		if (isChoice(saved)) this.#choice = saved;
		this.#systemDark = media.matches;
		media.addEventListener('change', (event) => (this.#systemDark = event.matches));
		this.#apply();
	}

	get choice(): ThemeChoice {
		return this.#choice;
	}
	/** What is on screen now. */
	get dark(): boolean {
		return this.#choice === 'system' ? this.#systemDark : this.#choice === 'dark';
	}

	choose(choice: ThemeChoice): void {
		this.#choice = choice;
		try {
			localStorage.setItem(key, choice);
		} catch {
			// Without storage the choice lasts as long as the page.
		}
		this.#apply();
	}

	#apply(): void {
		if (this.#choice === 'system') delete document.documentElement.dataset['theme'];
		else document.documentElement.dataset['theme'] = this.#choice;
	}
}
