/* The collections of a new data directory, in the order PocketBase creates them (migrations/1640988000_init.go). */

interface Definition {
	readonly id?: string;
	readonly name: string;
	readonly type: 'base' | 'auth';
	/** Members in wire form; ids of fields are derived. */
	readonly input: Readonly<Record<string, unknown>>;
	/** Fields after the default ones. */
	readonly fields: readonly Readonly<Record<string, unknown>>[];
}

const ownerRule =
	"@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId";
const ownRecordRule = 'id = @request.auth.id';

const reference = (name: string) => ({ type: 'text', name, system: true, required: true });
const created = (system: boolean) => ({
	type: 'autodate',
	name: 'created',
	system,
	onCreate: true,
});
const updated = (system: boolean) => ({ ...created(system), name: 'updated', onUpdate: true });
const dates = (system: boolean) => [created(system), updated(system)];
const references = [reference('collectionRef'), reference('recordRef')];

const index = (table: string, name: string, columns: string, unique: boolean): string =>
	`CREATE ${unique ? 'UNIQUE ' : ''}INDEX \`${name}\` ON \`${table}\` (${columns})`;

export const systemCollections: readonly Definition[] = [
	{
		name: '_mfas',
		type: 'base',
		input: {
			system: true,
			listRule: ownerRule,
			viewRule: ownerRule,
			indexes: [
				index('_mfas', 'idx_mfas_collectionRef_recordRef', 'collectionRef,recordRef', false),
			],
		},
		fields: [...references, reference('method'), ...dates(true)],
	},
	{
		name: '_otps',
		type: 'base',
		input: {
			system: true,
			listRule: ownerRule,
			viewRule: ownerRule,
			indexes: [
				index('_otps', 'idx_otps_collectionRef_recordRef', 'collectionRef, recordRef', false),
			],
		},
		fields: [
			...references,
			{ type: 'password', name: 'password', system: true, hidden: true, required: true, cost: 8 },
			{ type: 'text', name: 'sentTo', system: true, hidden: true },
			...dates(true),
		],
	},
	{
		name: '_externalAuths',
		type: 'base',
		input: {
			system: true,
			listRule: ownerRule,
			viewRule: ownerRule,
			deleteRule: ownerRule,
			indexes: [
				index(
					'_externalAuths',
					'idx_externalAuths_record_provider',
					'collectionRef, recordRef, provider',
					true,
				),
				index(
					'_externalAuths',
					'idx_externalAuths_collection_provider',
					'collectionRef, provider, providerId',
					true,
				),
			],
		},
		fields: [...references, reference('provider'), reference('providerId'), ...dates(true)],
	},
	{
		name: '_authOrigins',
		type: 'base',
		input: {
			system: true,
			listRule: ownerRule,
			viewRule: ownerRule,
			deleteRule: ownerRule,
			indexes: [
				index(
					'_authOrigins',
					'idx_authOrigins_unique_pairs',
					'collectionRef, recordRef, fingerprint',
					true,
				),
			],
		},
		fields: [...references, reference('fingerprint'), ...dates(true)],
	},
	{
		name: '_superusers',
		type: 'auth',
		input: { system: true, authToken: { duration: 86_400 } },
		fields: dates(true),
	},
	{
		id: '_pb_users_auth_',
		name: 'users',
		type: 'auth',
		input: {
			listRule: ownRecordRule,
			viewRule: ownRecordRule,
			createRule: '',
			updateRule: ownRecordRule,
			deleteRule: ownRecordRule,
			oauth2: { mappedFields: { name: 'name', avatarURL: 'avatar' } },
		},
		fields: [
			{ type: 'text', name: 'name', max: 255 },
			{
				type: 'file',
				name: 'avatar',
				maxSelect: 1,
				mimeTypes: ['image/jpeg', 'image/png', 'image/svg+xml', 'image/gif', 'image/webp'],
			},
			...dates(false),
		],
	},
];
