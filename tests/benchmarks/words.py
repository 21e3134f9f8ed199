"""What is said, in English, Russian and Arabic: sentences put together from lists of our own words.

Every sentence reads: who wants, does what, with what, and perhaps with what else and in which way.
"""

from random import Random

from tests.benchmarks.chances import listed
from tests.benchmarks.names import CITIES, FAMILIES

ENGLISH = (
    listed(
        "Our country intends to|The sides agreed to|It is necessary to|"
        "The participants called on all states to|The delegation proposed to|We are ready to|"
        "The secretaries of the councils undertook to|Nobody else will help us to|"
        "The ministers decided to|Both capitals wish to|Our services continue to|"
        "The working group was asked to|It would be premature to|"
        "The countries of the region have to|We shall never refuse to|The chairman promised to"
    ),
    listed(
        "strengthen|develop|discuss|support|protect|widen|coordinate|renew|examine|defend|"
        "restore|finance|complete|publish|accelerate|reconsider"
    ),
    listed(
        "the cooperation of their special services|the exchange of data on armed groups|"
        "confidence building along the common border|the fight against drug trafficking|"
        "the safety of gas pipelines|a dialogue on missile defence|"
        "the training of police officers|the supply of grain and fertilisers|"
        "joint exercises of rescue teams|the protection of critical infrastructure|"
        "a code of conduct for cyberspace|the mediation between the warring parties|"
        "the return of refugees|control over the export of weapons|"
        "the monitoring of the ceasefire|the inspection of cargo ships|"
        "the investigation of online fraud|a settlement through negotiations|"
        "the common market for electricity|the delivery of humanitarian aid|"
        "the consultations of military experts|trade in national currencies|"
        "the reform of the Security Council|the transport corridor to the south|"
        "the extradition of suspects|early warning of floods and earthquakes|"
        "the peaceful use of the atom|a treaty on outer space|the work of observers|"
        "the rights of compatriots abroad|screening at airports|the memory of the victims"
    ),
    listed(
        "without interference from outside|on the basis of equality and mutual respect|"
        "within the existing formats|before the end of the year|despite the sanctions|"
        "as the presidents had instructed|in accordance with the Charter of the United Nations|"
        "with the help of regional organisations|at the request of the neighbouring states|"
        "under conditions of secrecy|in the months to come|"
        "taking account of the interests of all|although many questions remain open|"
        "as part of a wider security architecture|if the other side shows restraint|"
        "together with the private sector"
    ),
    "and",
)

RUSSIAN = (
    listed(
        "Наша страна намерена|Стороны договорились|Необходимо|Участники встречи призвали|"
        "Делегация предложила|Мы готовы|Секретари советов обязались|Министры решили|"
        "Обе столицы стремятся|Наши службы продолжают|Рабочей группе поручено|"
        "Было бы преждевременно|Государства региона вынуждены|Мы никогда не откажемся|"
        "Председатель обещал|Важно и впредь"
    ),
    listed(
        "укреплять|развивать|обсуждать|поддерживать|защищать|расширять|согласовывать|"
        "возобновлять|изучать|отстаивать|восстанавливать|финансировать|совершенствовать|"
        "продвигать|ускорять|пересматривать"
    ),
    listed(
        "сотрудничество специальных служб|обмен сведениями о вооружённых группах|"
        "меры доверия на общей границе|борьбу с наркоторговлей|защиту газопроводов|"
        "диалог о противоракетной обороне|подготовку сотрудников полиции|"
        "поставки зерна и удобрений|совместные учения спасателей|охрану важнейших объектов|"
        "правила поведения в киберпространстве|посредничество между враждующими сторонами|"
        "возвращение беженцев|контроль над вывозом оружия|наблюдение за прекращением огня|"
        "досмотр грузовых судов|расследование мошенничества в сети|"
        "урегулирование путём переговоров|общий рынок электроэнергии|"
        "доставку гуманитарной помощи|консультации военных экспертов|"
        "торговлю в национальных валютах|реформу Совета Безопасности|транспортный коридор на юг|"
        "выдачу подозреваемых|предупреждение о наводнениях|мирное использование атома|"
        "договор о космосе|работу наблюдателей|права соотечественников|проверку в аэропортах|"
        "память о погибших"
    ),
    listed(
        "без вмешательства извне|на основе равенства и взаимного уважения|"
        "в существующих форматах|до конца года|несмотря на санкции|по поручению президентов|"
        "в соответствии с Уставом ООН|с помощью региональных организаций|"
        "по просьбе соседних государств|в условиях секретности|в ближайшие месяцы|"
        "с учётом интересов всех|хотя многие вопросы остаются открытыми|"
        "в рамках общей архитектуры безопасности|если другая сторона проявит сдержанность|"
        "вместе с частными компаниями"
    ),
    "и",
)

ARABIC = (
    listed(
        "نؤكد ضرورة|ندعو إلى|اتفق الجانبان على|تسعى بلادنا إلى|من المهم|بحث الطرفان سبل|"
        "اقترح الوفد|نحن مستعدون من أجل|شدد الوزير على أهمية|قرر المشاركون|"
        "ترحب الدول المجاورة بمساعي|تواصل أجهزتنا|طلب من فريق العمل|لا بد من|"
        "أعرب الرئيس عن أمله في|تعهدت الوفود بشأن"
    ),
    listed(
        "تعزيز|تطوير|توسيع|دعم|حماية|تنسيق|استئناف|دراسة|تسريع|تمويل|استكمال|مراجعة|تجديد|تنظيم|"
        "متابعة|إعداد"
    ),
    listed(
        "التعاون بين الأجهزة الخاصة|تبادل المعلومات حول الجماعات المسلحة|"
        "إجراءات الثقة على الحدود المشتركة|مكافحة تهريب المخدرات|أمن خطوط الغاز|"
        "الحوار حول الدفاع الصاروخي|تدريب رجال الشرطة|إمدادات الحبوب والأسمدة|"
        "التدريبات المشتركة لفرق الإنقاذ|المنشآت الحيوية|قواعد السلوك في الفضاء الإلكتروني|"
        "الوساطة بين الأطراف المتحاربة|عودة اللاجئين|الرقابة على تصدير السلاح|"
        "مراقبة وقف إطلاق النار|تفتيش سفن الشحن|التحقيق في الاحتيال عبر الشبكة|"
        "التسوية عبر المفاوضات|السوق المشتركة للكهرباء|إيصال المساعدات الإنسانية|"
        "مشاورات الخبراء العسكريين|التجارة بالعملات الوطنية|إصلاح مجلس الأمن|"
        "ممر النقل نحو الجنوب|تسليم المطلوبين|الإنذار المبكر من الفيضانات|"
        "الاستخدام السلمي للذرة|معاهدة الفضاء|عمل المراقبين|حقوق المغتربين|التفتيش في المطارات|"
        "ذاكرة الضحايا"
    ),
    listed(
        "دون تدخل خارجي|على أساس المساواة والاحترام المتبادل|ضمن الصيغ القائمة|قبل نهاية العام|"
        "رغم العقوبات|وفقا لتعليمات الرؤساء|بموجب ميثاق الأمم المتحدة|"
        "بمساعدة المنظمات الإقليمية|بطلب من الدول المجاورة|في ظروف من السرية|"
        "خلال الأشهر المقبلة|مع مراعاة مصالح الجميع|رغم بقاء أسئلة كثيرة|"
        "في إطار منظومة أمنية أوسع|إذا أبدى الطرف الآخر ضبط النفس|بالتعاون مع القطاع الخاص"
    ),
    "وكذلك",
)

LANGUAGES = {"en": ENGLISH, "ru": RUSSIAN, "ar": ARABIC}


def sentence(chance: Random, language: str = "en") -> str:
    who, does, what, how, also = LANGUAGES[language]
    random = chance.random
    said = f"{who[int(random() * 16)]} {does[int(random() * 16)]} {what[int(random() * 32)]}"
    if random() < 0.5:
        said += f" {also} {what[int(random() * 32)]}"
    if random() < 0.6:
        said += f" {how[int(random() * 16)]}"
    if language == "en" and random() < 0.15:  # words that are rare
        family = FAMILIES[int(random() * len(FAMILIES))]
        said += f", as {family} had said in {CITIES[int(random() * len(CITIES))][0]}"
    return said + "."


def text(chance: Random, language: str = "en") -> str:
    """One to three sentences; now and then something of a quotation is left out."""
    said = sentence(chance, language)
    while chance.random() < 0.45 and len(said) < 260:
        gap = " […] " if chance.random() < 0.1 else " "
        said += gap + sentence(chance, language)
    return said


def phrase(chance: Random, language: str = "en") -> str:
    """What a sentence is about, as a headline or a short note has it."""
    _, _, what, how, _ = LANGUAGES[language]
    said = f"{what[int(chance.random() * 32)]} {how[int(chance.random() * 16)]}"
    return said[0].upper() + said[1:]
