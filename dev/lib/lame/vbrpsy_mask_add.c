/* The sum of two maskers: the usual case, that of distant ones, without a division. */
inline static FLOAT
vbrpsy_mask_add(FLOAT m1, FLOAT m2, int b, int delta)
{
    FLOAT const less = m1 < m2 ? m1 : m2;
    FLOAT const more = m1 < m2 ? m2 : m1;

    if (less > 0 && (b > delta || b < -delta)) {
        return more + less * (FLOAT) (more < ma_max_i2 * less);
    }
    return vbrpsy_mask_add_of_lame(m1, m2, b, delta);
}
