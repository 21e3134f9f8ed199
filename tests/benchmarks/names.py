"""Names of people, cities and publishers: our own lists, put together by number."""

from tests.benchmarks.chances import listed

RUSSIAN_GIVEN = listed(
    "Anatoly Анатолий|Boris Борис|Vadim Вадим|Valery Валерий|Galina Галина|Grigory Григорий|"
    "Denis Денис|Yevgeny Евгений|Yelena Елена|Igor Игорь|Irina Ирина|Kirill Кирилл|"
    "Leonid Леонид|Lyudmila Людмила|Maksim Максим|Nadezhda Надежда|Oleg Олег|Pavel Павел|"
    "Roman Роман|Svetlana Светлана|Timur Тимур|Fyodor Фёдор|Yulia Юлия|Yaroslav Ярослав"
)
RUSSIAN_FAMILY = listed(
    "Avdeyenko Авдеенко|Bilyk Билык|Vasilenko Василенко|Galushko Галушко|Danilchuk Данильчук|"
    "Yermolenko Ермоленко|Zhdanko Жданко|Zaychenko Зайченко|Ivashko Ивашко|Kovalchuk Ковальчук|"
    "Levchenko Левченко|Makarenko Макаренко|Nikitenko Никитенко|Oleynik Олейник|Pavlyuk Павлюк|"
    "Rudenko Руденко|Savchuk Савчук|Tkachenko Ткаченко|Usachenko Усаченко|Fomenko Фоменко|"
    "Khomenko Хоменко|Tsvirko Цвирко|Chernykh Черных|Shevchuk Шевчук|Shcherbak Щербак|"
    "Yurchenko Юрченко|Yakimenko Якименко|Dolgikh Долгих|Sedykh Седых|Kruglykh Круглых|"
    "Belykh Белых"
)
ARABIC_GIVEN = listed(
    "Adel عادل|Amal أمل|Bashir بشير|Dalal دلال|Faisal فيصل|Ghassan غسان|Hala هالة|Hisham هشام|"
    "Ibrahim إبراهيم|Jamal جمال|Karim كريم|Layla ليلى|Mahmoud محمود|Nabil نبيل|Omar عمر|"
    "Rania رانيا|Salim سليم|Tariq طارق|Walid وليد|Yasin ياسين|Zahra زهراء|Khalil خليل|"
    "Mustafa مصطفى|Samir سمير"
)
ARABIC_FAMILY = listed(
    "al-Amin الأمين|al-Bakri البكري|al-Dabbagh الدباغ|al-Fahim الفهيم|al-Ghamri الغمري|"
    "Haddad حداد|al-Hilali الهلالي|Idrisi إدريسي|al-Jabri الجبري|Kanaan كنعان|al-Khatib الخطيب|"
    "al-Latif اللطيف|Mansour منصور|al-Masri المصري|Najjar نجار|al-Nasser الناصر|al-Omari العمري|"
    "Qabbani قباني|al-Rashid الراشد|Sabbagh صباغ|al-Sharif الشريف|al-Tamimi التميمي|Wahbi وهبي|"
    "al-Yamani اليماني|Zaidan زيدان|al-Zubair الزبير|Bitar بيطار|Darwish درويش|Fakhoury فاخوري|"
    "Khoury خوري|Maalouf معلوف"
)
GIVEN = listed(
    "Abena|Adriana|Amadou|Ana|Arjun|Beatriz|Bongani|Carlos|Chipo|Daniela|Dewi|Diego|Elif|Emeka|"
    "Esther|Farida|Francois|Gabriela|Hana|Hiroshi|Indira|Jean|Jorge|Juma|Kofi|Lars|Lin|Lucia|"
    "Manuel|Mariam|Mehmet|Miguel|Mina|Nadia|Ngozi|Nguyen|Paulo|Priya|Rafael|Rashid|Sanjay|"
    "Sibusiso|Somchai|Teresa|Thandi|Victor|Wei|Yusuf"
)
FAMILIES = listed(
    "Abara|Acheampong|Adeyemi|Almeida|Aramyan|Aydin|Banda|Barbosa|Bekele|Benitez|Bhatt|Boateng|"
    "Bui|Cardoso|Castillo|Chanda|Chavez|Chen|Cisse|Coelho|Dang|Demir|Desai|Diallo|Dlamini|"
    "Duarte|Ekwueme|Escobar|Fernandes|Fofana|Garrido|Gebre|Gunawan|Gutierrez|Hakimi|Hartono|"
    "Herrera|Ibarra|Iyer|Jallow|Jimenez|Kamara|Kapoor|Karimi|Katongo|Keita|Khan|Kiplagat|Kurt|"
    "Lacerda|Lim|Lozano|Lungu|Machado|Mahlangu|Malik|Mbatha|Medina|Mensah|Moyo|Mukherjee|Mutasa|"
    "Navarro|Ncube|Nyambura|Obando|Okafor|Onyango|Ortega|Ouedraogo|Ozturk|Pacheco|Pereira|Phiri|"
    "Pillai|Quispe|Rahmani|Rao|Rivas|Sahin|Salazar|Santoso|Sesay|Shrestha|Sithole|Souza|Suryani|"
    "Tadesse|Tan|Tembo|Thapa|Toure|Tshabalala|Urrutia|Vargas|Venter|Wanjiru|Wibowo|Yadav|Yilmaz|"
    "Zamora|Zulu"
)


def _paired(pairs):
    return [tuple(pair.rsplit(" ", 1)) for pair in pairs]


_LISTS = {
    "ru": (_paired(RUSSIAN_GIVEN), _paired(RUSSIAN_FAMILY)),
    "ar": (_paired(ARABIC_GIVEN), _paired(ARABIC_FAMILY)),
    "": ([(name, "") for name in GIVEN], [(name, "") for name in FAMILIES]),
}


def name_of(number: int, language: str) -> tuple[str, str, str]:
    """The given and the family name of a person, and the name in their own script."""
    given, family = _LISTS[language]
    first, first_own = given[number % len(given)]
    last, last_own = family[(number // len(given) + 5 * number) % len(family)]
    return first, last, f"{first_own} {last_own}".strip()


CITIES = [
    tuple(city.split(" ", 1)[::-1])
    for city in listed(
        "RUS Moscow|RUS Kazan|RUS Sochi|KAZ Astana|UZB Tashkent|UZB Samarkand|KGZ Bishkek|"
        "TJK Dushanbe|BLR Minsk|ARM Yerevan|CHN Beijing|CHN Shanghai|IND New Delhi|IRN Tehran|"
        "ARE Abu Dhabi|EGY Cairo|SAU Riyadh|QAT Doha|TUR Istanbul|ZAF Pretoria|ETH Addis Ababa|"
        "KEN Nairobi|VNM Hanoi|IDN Jakarta|MYS Kuala Lumpur|BRA Brasilia|USA Washington|"
        "FRA Paris|DEU Berlin|ITA Rome"
    )
]
"""Cities and the codes of their countries; where most is met stands first."""

PUBLISHERS = {
    "en": listed("Harbour|Meridian|Lantern|Northern|Evening|Continental|Gulf|Savanna|Delta|Orient"),
    "ru": listed("Маяк|Вестник|Полдень|Рубеж|Степь|Берег|Голос|Столица|Восток|Каспий"),
    "ar": listed("الأفق|المنارة|الشروق|الميدان|الواحة|الجسر|النهضة|البيان|السفير|الضفة"),
}
KINDS_OF_PAPER = {
    "en": listed("Wire|Herald|Courier|Review|Broadcasting|Policy Institute|Observer|Chronicle"),
    "ru": listed("Информ|Новости|Обозрение|Телеграф|ТВ|Аналитика|Курьер|Сегодня"),
    "ar": listed("برس|نيوز|اليوم|الجديد|تي في|للدراسات|العربي|الدولي"),
}
PAPER_IS = ["agency", "press", "press", "press", "press", "analysis", "press", "other"]
"""Which kind of source the papers of each kind are, in the order of those lists."""
