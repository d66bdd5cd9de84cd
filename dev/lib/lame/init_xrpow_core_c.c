/* The spectrum to the power of three quarters: its sum in a register, so that the compiler can make vectors of it. */
static void
init_xrpow_core_c(gr_info * const cod_info, FLOAT xrpow[576], int upper, FLOAT * sum)
{
    FLOAT   total = 0, largest = cod_info->xrpow_max;
    int     i;

    for (i = 0; i <= upper; i++) {
        FLOAT const size = fabsf(cod_info->xr[i]);
        FLOAT const power = sqrtf(size * sqrtf(size));
        total += size;
        largest = power > largest ? power : largest;
        xrpow[i] = power;
    }
    *sum = total;
    cod_info->xrpow_max = largest;
}
