/* The bits of a region with escapes, by either kind of tables: without asking of each value whether it escapes. */
static int
count_bit_ESC(const int *ix, const int *const end, int t1, const int t2, unsigned int *const s)
{
    unsigned int escapes = 0, sum = 0, sum2;

    for (; ix < end; ix += 2) {
        unsigned int const x = ix[0], y = ix[1];
        escapes += (x >= 15u) + (y >= 15u);
        sum += largetbl[Min(x, 15u) << 4 | Min(y, 15u)];
    }
    sum += escapes * (ht[t1].xlen * 65536u + ht[t2].xlen);
    sum2 = sum & 0xffffu;
    sum >>= 16;
    *s += Min(sum, sum2);
    return sum > sum2 ? t2 : t1;
}
