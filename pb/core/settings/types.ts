export interface S3Settings {
	readonly enabled: boolean;
	readonly bucket: string;
	readonly region: string;
	readonly endpoint: string;
	readonly accessKey: string;
	readonly secret: string;
	readonly forcePathStyle: boolean;
}

export interface RateLimitRule {
	readonly label: string;
	readonly audience: '' | '@guest' | '@auth';
	/** Seconds. */
	readonly duration: number;
	readonly maxRequests: number;
}

/** The settings row of `_params`, names as on the wire (core/settings_model.go). */
export interface Settings {
	readonly superuserIPs: readonly string[];
	readonly smtp: {
		readonly enabled: boolean;
		readonly port: number;
		readonly host: string;
		readonly username: string;
		readonly password: string;
		readonly authMethod: string;
		readonly tls: boolean;
		readonly localName: string;
	};
	readonly backups: {
		readonly cron: string;
		readonly cronMaxKeep: number;
		readonly s3: S3Settings;
	};
	readonly s3: S3Settings;
	readonly meta: {
		readonly appName: string;
		readonly appURL: string;
		readonly senderName: string;
		readonly senderAddress: string;
		readonly hideControls: boolean;
		readonly accentColor: string;
	};
	readonly rateLimits: {
		readonly enabled: boolean;
		readonly rules: readonly RateLimitRule[];
		readonly excludedIPs: readonly string[];
	};
	readonly trustedProxy: { readonly headers: readonly string[]; readonly useLeftmostIP: boolean };
	readonly batch: {
		readonly enabled: boolean;
		readonly maxRequests: number;
		/** Seconds. */
		readonly timeout: number;
		readonly maxBodySize: number;
	};
	readonly logs: {
		readonly maxDays: number;
		readonly minLevel: number;
		readonly logIP: boolean;
		readonly logAuthId: boolean;
	};
}
