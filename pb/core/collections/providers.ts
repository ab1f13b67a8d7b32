/** An OAuth2 provider of PocketBase 0.39; another name in a collection would be refused there. */
export interface ProviderListing {
	readonly name: string;
	readonly displayName: string;
	/** An `<svg>` element. */
	readonly logo: string;
}

/** In the order the dashboard shows them. */
const names: readonly (readonly [name: string, displayName: string])[] = [
	['apple', 'Apple'],
	['google', 'Google'],
	['microsoft', 'Microsoft'],
	['yandex', 'Yandex'],
	['facebook', 'Facebook'],
	['instagram2', 'Instagram'],
	['github', 'GitHub'],
	['gitlab', 'GitLab'],
	['bitbucket', 'Bitbucket'],
	['gitee', 'Gitee'],
	['gitea', 'Gitea/Forgejo'],
	['discord', 'Discord'],
	['twitter', 'X/Twitter'],
	['kakao', 'Kakao'],
	['vk', 'ВКонтакте'],
	['linear', 'Linear'],
	['notion', 'Notion'],
	['monday', 'monday.com'],
	['lark', 'Lark'],
	['box', 'Box'],
	['spotify', 'Spotify'],
	['trakt', 'Trakt'],
	['twitch', 'Twitch'],
	['patreon', 'Patreon'],
	['strava', 'Strava'],
	['wakatime', 'WakaTime'],
	['livechat', 'LiveChat'],
	['mailcow', 'mailcow'],
	['planningcenter', 'Planning Center'],
	['oidc', 'OIDC'],
	['oidc2', 'OIDC'],
	['oidc3', 'OIDC'],
];

/** A disc with the initial: other people's trademarks do not belong into this program. */
const logo = (initial: string): string =>
	'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">' +
	'<circle cx="12" cy="12" r="11" fill="none" stroke="currentColor" stroke-width="1.5"/>' +
	`<text x="12" y="16.5" text-anchor="middle" font-family="sans-serif" font-size="12" fill="currentColor">${initial}</text></svg>`;

export const providers: readonly ProviderListing[] = names.map(([name, displayName]) => ({
	name,
	displayName,
	logo: logo(displayName.charAt(0).toUpperCase()),
}));

export const providerNames: ReadonlySet<string> = new Set(names.map(([name]) => name));
