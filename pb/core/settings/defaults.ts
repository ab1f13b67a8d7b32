import type { S3Settings, Settings } from './types.ts';

const s3: S3Settings = {
	enabled: false,
	bucket: '',
	region: '',
	endpoint: '',
	accessKey: '',
	secret: '',
	forcePathStyle: false,
};

/** Settings of a new data directory. */
export const defaultSettings: Settings = {
	superuserIPs: [],
	smtp: {
		enabled: false,
		port: 587,
		host: 'smtp.example.com',
		username: '',
		password: '',
		authMethod: '',
		tls: false,
		localName: '',
	},
	backups: { cron: '', cronMaxKeep: 3, s3 },
	s3,
	meta: {
		appName: 'Acme',
		appURL: 'http://localhost:8090',
		senderName: 'Support',
		senderAddress: 'support@example.com',
		hideControls: false,
		accentColor: '#1055c9',
	},
	rateLimits: {
		enabled: false,
		rules: [
			{ label: '*:auth', audience: '', duration: 3, maxRequests: 2 },
			{ label: '*:create', audience: '', duration: 5, maxRequests: 20 },
			{ label: '/api/batch', audience: '', duration: 1, maxRequests: 3 },
			{ label: '/api/', audience: '', duration: 10, maxRequests: 300 },
		],
		excludedIPs: [],
	},
	trustedProxy: { headers: [], useLeftmostIP: false },
	batch: { enabled: false, maxRequests: 50, timeout: 3, maxBodySize: 0 },
	logs: { maxDays: 5, minLevel: 0, logIP: true, logAuthId: false },
};
