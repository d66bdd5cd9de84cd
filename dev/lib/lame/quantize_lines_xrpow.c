/* The nearest level of each value: a plain loop, for the compiler to make vectors of. */
static void
quantize_lines_xrpow(unsigned int l, FLOAT istep, const FLOAT * xp, int *pi)
{
    unsigned int i;

    for (i = 0; i < l; i++) {
        FLOAT const x = istep * xp[i];
        int const near = (int) (x + 0.5f);
        pi[i] = (int) (x + adj43asm[near] + 0.5f);
    }
}
