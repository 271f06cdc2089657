// What bin/session set aside before Node started, given back to what we run.

/** `env` as the caller had it: the launcher's own variables out, what they stood for back in. */
export function restored(env: NodeJS.ProcessEnv): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    if (value !== undefined && !key.startsWith('SESSION_ASIDE_')) out[key] = value;
  }
  if (env.SESSION_ASIDE_CA !== undefined) out.NODE_EXTRA_CA_CERTS = env.SESSION_ASIDE_CA;
  if (env.SESSION_ASIDE_OPTIONS !== undefined) out.NODE_OPTIONS = env.SESSION_ASIDE_OPTIONS;
  return out;
}

/** The caller's soft limit of open files, or undefined where the launcher did not note one. */
export function openFilesAside(env: NodeJS.ProcessEnv): number | undefined {
  const noted = env.SESSION_ASIDE_NOFILE;
  return noted !== undefined && /^\d+$/.test(noted) ? Number(noted) : undefined;
}
