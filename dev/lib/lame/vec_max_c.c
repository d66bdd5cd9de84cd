/* The largest of some values that are not negative: a plain loop, for the compiler to make vectors of. */
inline static float
vec_max_c(const float * xr34, unsigned int bw)
{
    float   largest = 0;
    unsigned int i;

    for (i = 0; i < bw; i++)
        largest = xr34[i] > largest ? xr34[i] : largest;
    return largest;
}
