// glibc lets each thread allocate from an arena of its own, and every arena keeps pages of what it has had once. A Node
// has six threads that allocate for moments only: with one arena for all of them keeper and supervisor of a hundred
// sessions have 2 MB of 20 less of their own (npm run bench -- --only memory).

/** For the environment of a process of ours that stays. Another libc does not know it. */
export const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };
