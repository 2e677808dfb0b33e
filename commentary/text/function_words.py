"""Frequent words and letters of the languages that can be detected: a cheap test before detection.

A word may be frequent in several languages; the language of a text has more of them than others.
"""

from collections.abc import Mapping

# All languages that the detector knows and that separate words by spaces, except those in LETTERS.
WORDS = {
    "af": "die nie het van en vir hulle wat sy ons jy baie ook maar dit hy kan hierdie daar moet",
    "ar": "في من على أن إلى هذا هذه التي الذي ما لا كان عن مع أو هو هي كل لكن ذلك بعد قد لم ان الى هل يا ولكن كانت",
    "bg": "на да се за от не са със че това по как ще като но или има съм беше още само много който към няма след във му",
    "ca": "el la els les de que i en un una amb per és no al del dels però més molt aquest aquesta també són com hi ha fins tot quan perquè ser",
    "cs": "a v se na je že to s z do o k ve jsem jsou jako ale by si co když byl jen pro jsme tak už ještě nebo také může být bylo tam není který které bych ze i",
    "cy": "yn y a i o ar yr mae ac wedi am gan ei bod eu fod nid oedd hyn ond un hefyd os fel sydd mewn",
    "da": "og i at det en er til på de ikke den som med af for jeg der var har et du vi men om kan fra så hvad havde skal også meget være efter hvis hvor nogle eller mig bliver siger ham blev",
    "de": "der die und das ist nicht ich zu ein eine auch es in den mit von sich auf für dem im war wie man so aber noch wird hat sie wir dass nur wenn oder kann sind bei nach aus einen einem einer mir habe haben schon mal über wieder diese dieser mehr doch sehr werden sein zum zur immer hier gibt durch beim meine ihre was er als an um vor wo da mich uns ihr also",
    "en": "the and to of a in is it that i you for was on with as are be this have not but at my they from or one we so if there what all just can about would your an who has more like when out some his will were he up she do no had been which their them than how me then very by these those could should into only over other because where any also after well much don't it's i'm an am her also our now time even most us",
    "es": "el la los las de que y en un una por con no es se para del al lo su como más pero muy está me esto este esta eso yo ya si todo sin sobre son fue hay porque cuando también mi nos qué ser hasta donde así desde han ni algo era mucho o",
    "et": "ja on ei ta et see kui oli ma ka aga oma mis siis ning nii või seda selle kuid ole mida nagu välja veel juba pole väga kõik",
    "fa": "و در به از که این را است با آن برای هم می تا یک ها بود های ما اما شما یا خیلی هر من خود اگر شد باید چه ولی بعد همه",
    "fi": "ja on ei se että oli hän en ole mutta kun niin ovat myös kuin sen jos tai joka olen mitä vain nyt sitä minä ollut tämä sitten vielä siitä ne voi olla jo kuten koska",
    "fr": "de la le et les des en un une du que est pour qui dans ce il pas plus au par sur ne je se mais avec on sont cette ou aux comme nous vous ont elle ces tout son sa ses leur même aussi fait bien été très sans j'ai c'est n'est d'un d'une qu'il mon ma mes si peut quand après encore donc où deux l'on était y a être moi me alors chez depuis toujours entre",
    "hi": "है के में की और से को का पर यह हैं कि ने भी नहीं हो जो था तो इस एक लिए मैं अपने बहुत थे तक थी",
    "hr": "i je se u na da su za od što bi koji ne nije ili ali samo kako ima sam smo bio kao već sve još biti prije jer može ovo bila bilo nego kada koje koja",
    "hu": "a az és hogy nem is egy ez meg csak de volt már mint ha van még el ki vagy mert sem azt kell be lehet nagyon most ezt szerint amely minden majd volna én ezek itt olyan azért után lesz",
    "id": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke karena bisa ada mereka kita sudah oleh atau lebih telah seperti hanya kami saat bahwa adalah sangat",
    "it": "di e il la che in un è per non una del sono si con le da della i al più ma lo come mi anche ho questo ha se nel ci gli dei alla delle su io molto c'è solo era dal così quando hanno essere o perché cosa senza suo dopo tutti tutto ancora sempre mia questa già fatto",
    "lt": "ir kad į yra tai su iš ne kaip bet ar o jau buvo tik už ką aš apie jis dėl nuo dar labai man kai jo prie mes per po jei gali taip",
    "lv": "un ir ka ar uz no par tas kas bet lai arī kā tā tikai vai nav bija jau pie ļoti es šo ja to kad pēc vairāk tad var man viņš mēs",
    "mk": "на и во се да од за го со ќе не е дека што ги но како или има беше многу сум бил која кој овој оваа само до му тоа ако уште тие сите",
    "mr": "आहे आणि या मी हे ते त्या आहेत नाही होते असे होता तर करून एक की काही मला त्यांनी पण तो हा झाला",
    "ne": "छ र को मा छन् हो यो पनि गरेको ले लाई भएको गर्न थियो नेपाल हुन भने गरी एक तर त्यो छैन म गर्ने यस",
    "nl": "de het een van en is dat in niet te op ik zijn met voor die er maar aan ook was je als om heb naar dan nog wel bij hij of door ze deze uit dit wat wij heeft geen mijn over wordt hebben kan veel mensen meer moet zo hun al kunnen zou dus mij werd daar waar hier nu zoals altijd omdat goed",
    "pl": "i w na nie się z do to że jest o jak ale po co tak za od dla przez są ja już tylko czy być może był jego by ma tym jeszcze bardzo było oraz ze gdy bo który która które sobie kiedy mnie więc gdzie też jednak można pan nawet tego było",
    "pt": "de que o a e do da em um uma para é não com os no se na por mais as dos como mas foi ao ele das seu sua ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos ser quem está são tem à você meu minha essa esse há nas foram este pode então sobre ainda bem",
    "ro": "de și a în la cu nu că este pe o un mai din se pentru care sunt am ce dar au fost s-a sau ca el să ai fi lui prin foarte doar când după fără toate lor acest această acum și si sa ale ei unde tot ne era",
    "ru": "и в не на что я с он как это по но они к у из за от так же все для то бы мне было меня вы о был её его только ещё еще уже или ни если есть нет когда очень до вот может быть чтобы была мы себя этого там чем где после этой эта при себе этот их просто будет ее",
    "sk": "a v sa na je že to s z do o k vo som sú ako ale by si čo keď bol len pre sme tak už ešte alebo tiež môže byť bolo tam nie ktorý ktoré aj bola ich pri pred",
    "sl": "in je se v na da so za z s od ki pa ne bi kot ali tudi kaj sem bil ni bilo bila smo še samo kako že ker tako lahko zelo sta bo pri po",
    "so": "waxaa oo ka ku in ay uu iyo waa la u si ah kale waxa inay ee ama aan inuu isaga soo dadka markii hadda",
    "sq": "të e në dhe për një që me nga i është u nuk si më se do por ka ky kjo kanë edhe ai duke ishte mund këtë tij janë kur ose shumë vetëm pas",
    "sv": "och i att det en som på är av för med jag inte den till har de ett om var men så kan man från när vi du över efter eller också bara hade nu där ut upp vara mycket finns blir alla något här mig skulle sig hur än utan mot dom",
    "sw": "ya na wa kwa ni katika la cha za kuwa hii hiyo huo yake kama lakini ambayo alikuwa hivyo sana pia watu au wake zaidi",
    "tl": "ang ng sa na ay mga at ko ito para siya hindi mo ni si kung niya may ako rin naman ka lang kanyang nila ba pa dahil po wala",
    "tr": "ve bir bu da de için ile ne çok daha gibi o kadar olarak olan var ama en ben mi değil diye ki sonra her ya yok şey bana beni hiç onun böyle çünkü nasıl biz olduğu zaman kendi",
    "uk": "і в не на що я з у він як це та до але за від так ж все для то би мені було його її тільки ще вже або якщо є немає коли дуже був вони чи щоб ви ми про який яка які бути під після де цього цей навіть при тут може",
    "ur": "کے میں کی ہے اور سے کا کو اس کہ نے پر ہیں یہ بھی تھا نہیں ہو تو ایک جو ان لیے کر رہے ہم تھے وہ تھی جا",
    "vi": "và của là có không được cho một trong với này những người các để đã khi tôi ở đó thì nhưng nó cũng như từ ra rất làm anh chỉ sẽ nhiều về đến mà tại hay bị lại nếu vì",
}  # fmt: skip

# Letters of languages written without spaces, or in a script of their own. Of Korean syllables and
# of the characters that Chinese shares with Japanese, those that occur in most sentences.
LETTERS = {
    "bn": "ংঅআইউএওকখগঘচছজটডতথদধনপফবভমযরলশষসহািীুেো্য়",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ",
    "gu": "અઆઇઈઉએઓકખગઘચછજટડણતથદધનપફબભમયરલવશસહાિીુેો",
    "he": "אבגדהוזחטיכלמנסעפצקרשתםןךףץ",
    "ja": "あいうえおかがきくけげこごさしじすせそただちっつてでとどなにのはばびべまみめもやよらりるれろわをんアイウエオカキクコサシスタチッテトドナニバプマムメラリルレロンー",
    "kn": "ಅಆಇಈಉಎಏಒಕಖಗಚಜಟಡಣತದಧನಪಬಭಮಯರಲವಶಷಸಹಳಾಿೀುೆೇೋ",
    "ko": "이는을를가에의도다고하은로한지기나사어서리대그인자들아시게해있것수보만면요습니까",
    "ml": "അആഇഈഉഎഏഒകഗങചജഞടണതദധനപബമയരറലളഴവശഷസഹാിീുെേോ",
    "pa": "ਅਆਇਈਉਏਕਖਗਚਜਟਡਤਥਦਨਪਬਭਮਰਲਵਸਹਾਿੀੁੇੋਂੰ",
    "ta": "அஆஇஈஉஎஏஒகஙசஞடணதநனபமயரறலளழவாிீுூெேைொோ",
    "te": "అఆఇఈఉఎఏఒకగచజటడణతదధనపబమయరలవశషసహాిీుెేో",
    "th": "กขคงจฉชซญดตถทธนบปผฝพฟภมยรลวศษสหอะาิีึืุูเแโใไ่้็",
    "zh": "的了是我不在有这這们們说說吗嗎吧呢很没沒么麼给給还還你他她它就都和也让讓",
}


def _languages_of(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Return the languages of each entry."""
    found: dict[str, tuple[str, ...]] = {}
    for language, entries in table.items():
        for entry in set(entries):
            found[entry] = (*found.get(entry, ()), language)
    return found


LANGUAGES_OF_WORD = _languages_of({language: words.split() for language, words in WORDS.items()})
LANGUAGES_OF_LETTER = _languages_of({language: [*letters] for language, letters in LETTERS.items()})
# By language: the words or letters that no other language in the table has.
OWN = {
    language: frozenset(
        entry
        for languages_of in (LANGUAGES_OF_WORD, LANGUAGES_OF_LETTER)
        for entry, languages in languages_of.items()
        if languages == (language,)
    )
    for language in (*WORDS, *LETTERS)
}
