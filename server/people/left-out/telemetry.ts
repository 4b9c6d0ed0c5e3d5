/** Stands in for better-auth's telemetry when it is bundled: nothing here reports anything. */
export const createTelemetry = async () => ({ publish: async () => {} })
export const getTelemetryAuthConfig = async () => null
