# The checksum of the music is for LAME's tag, which is written elsewhere here.
s/(        )(UpdateMusicCRC\()/$1if (gfc->cfg.write_lame_tag)\n$1    $2/ or die "LAME's bitstream.c is another one";
