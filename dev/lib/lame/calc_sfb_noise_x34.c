/* The noise of one band at one scale factor: a plain loop, for the compiler to make vectors of. */
static FLOAT
calc_sfb_noise_x34(const FLOAT * xr, const FLOAT * xr34, unsigned int bw, uint8_t sf)
{
    FLOAT const step = pow20[sf + Q_MAX2];
    FLOAT const step34 = ipow20[sf];
    FLOAT   noise = 0;
    unsigned int i;

    for (i = 0; i < bw; i++) {
        FLOAT const x = step34 * xr34[i];
        int const near = (int) (x + 0.5f);
        int const level = (int) (x + adj43asm[near] + 0.5f);
        FLOAT const error = fabsf(xr[i]) - step * pow43[level];
        noise += error * error;
    }
    return noise;
}
