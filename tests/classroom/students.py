"""Invented names for a class; any likeness to real students is by chance."""

NAMES = tuple(
    """
    adaeze_okafor aiko_tanaka alejandro_ruiz amir_hassan anna_kowalska baraka_mwangi beatriz_souza bilal_ahmed
    camille_moreau chen_siyuan daniel_weber deng_yuhan diego_herrera elena_popova emeka_eze emma_lindqvist
    fatima_zahra felix_braun gao_ruoxi giulia_conti grace_mensah hana_novakova he_jiayi henrik_dahl huang_zixuan
    ines_carvalho ivan_petrov jamal_thompson jin_haoran jonas_keller kavya_nair kenji_mori lars_jensen leila_rahimi
    li_mengqi lin_zhiyuan lucia_fernandez luo_wenjing maya_cohen mei_xinyi miguel_santos nadia_haddad nikhil_rao
    noor_siddiqui olga_ivanova oscar_nilsson pan_tianyu priya_sharma qian_leyi rafael_costa rosa_jimenez ryo_kimura
    samuel_adeyemi sara_lopez shen_yifan sofia_rossi sun_ruohan tariq_mahmood thandi_nkosi tomas_horak vikram_patel
    wang_zihan wei_chengyu xu_anqi yara_khalil yusuf_demir zhang_yichen zhao_kexin zhou_minghao zofia_nowak
    """.split()
)
