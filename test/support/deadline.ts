// Waiting without sleeping: for an event, and never for ever.

/** Long: a test that waits this long has failed; a slow machine has not. */
export const DEADLINE = 30_000;

/** Rejects with what `say` tells if `promise` is not settled within the deadline. */
export function within<T>(promise: Promise<T>, say: () => string, deadline = DEADLINE): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${deadline} ms in vain: ${say()}`)), deadline);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** For what gives no event (a process of the kernel's, a file of another's): looks until `holds`. */
export async function eventually<T>(
  what: string,
  holds: () => T | Promise<T>,
  deadline = DEADLINE,
): Promise<NonNullable<T>> {
  const end = Date.now() + deadline;
  for (let pause = 2; ; pause = Math.min(100, pause * 1.5)) {
    const value = await holds();
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<T>;
    if (Date.now() > end) throw new Error(`waited ${deadline} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
