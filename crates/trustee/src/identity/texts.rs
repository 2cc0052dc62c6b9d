//! The words of the sign-in pages in German, English and French.

use edge::HeaderMap;
use edge::http::header::ACCEPT_LANGUAGE;

/// One language.
pub(crate) struct Texts {
    pub(crate) lang: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) to_app: &'static str,
    pub(crate) user_name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) next: &'static str,
    pub(crate) code_title: &'static str,
    pub(crate) code: &'static str,
    pub(crate) enrol_title: &'static str,
    pub(crate) enrol_help: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) open_app: &'static str,
    pub(crate) new_title: &'static str,
    pub(crate) new_help: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) again: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) signed_out_help: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) wrong_password: &'static str,
    pub(crate) wrong_code: &'static str,
    pub(crate) locked: &'static str,
    pub(crate) disabled: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) other_tenant: &'static str,
    pub(crate) not_the_same: &'static str,
    pub(crate) weak: &'static str,
    pub(crate) unchanged: &'static str,
}

const ENGLISH: Texts = Texts {
    lang: "en",
    sign_in: "Sign in",
    to_app: "to go on to",
    user_name: "User name",
    password: "Password",
    next: "Next",
    code_title: "Second factor",
    code: "Six-digit code from your authenticator app",
    enrol_title: "Set up a second factor",
    enrol_help: "Scan the picture with an authenticator app, or type the secret into it. Then enter the code it shows.",
    secret: "Secret",
    open_app: "Open in an authenticator app on this device",
    new_title: "Choose a new password",
    new_help: "At least ten characters, five of them different, without your user name.",
    new_password: "New password",
    again: "New password, once more",
    signed_out: "You are signed out",
    signed_out_help: "You can close this window.",
    failed: "That did not work",
    wrong_password: "User name or password is not right.",
    wrong_code: "The code is not right, or was used already. Wait for the next one.",
    locked: "Too many wrong attempts. Wait a while, then try again.",
    expired: "This one-time password is too old. Ask whoever gave it to you for a new one.",
    disabled: "This account cannot sign in. Ask your administrator.",
    other_tenant: "This account belongs to another organisation than the app you want to sign in to.",
    not_the_same: "The two passwords are not the same.",
    weak: "This password is too easy to guess.",
    unchanged: "The new password must be another than the old one.",
};

const GERMAN: Texts = Texts {
    lang: "de",
    sign_in: "Anmelden",
    to_app: "und weiter zu",
    user_name: "Benutzername",
    password: "Kennwort",
    next: "Weiter",
    code_title: "Zweiter Faktor",
    code: "Sechsstelliger Code aus Ihrer Authenticator-App",
    enrol_title: "Zweiten Faktor einrichten",
    enrol_help: "Scannen Sie das Bild mit einer Authenticator-App oder tippen Sie dort das Geheimnis ein. Geben Sie dann den angezeigten Code ein.",
    secret: "Geheimnis",
    open_app: "In einer Authenticator-App auf diesem Gerät öffnen",
    new_title: "Neues Kennwort wählen",
    new_help: "Mindestens zehn Zeichen, davon fünf verschiedene, ohne Ihren Benutzernamen.",
    new_password: "Neues Kennwort",
    again: "Neues Kennwort, noch einmal",
    signed_out: "Sie sind abgemeldet",
    signed_out_help: "Sie können dieses Fenster schließen.",
    failed: "Das hat nicht geklappt",
    wrong_password: "Benutzername oder Kennwort stimmt nicht.",
    wrong_code: "Der Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten.",
    locked: "Zu viele Fehlversuche. Warten Sie eine Weile und versuchen Sie es dann wieder.",
    expired: "Dieses Einmalkennwort ist zu alt. Lassen Sie sich ein neues geben.",
    disabled: "Dieses Konto kann sich nicht anmelden. Wenden Sie sich an Ihre Verwaltung.",
    other_tenant: "Dieses Konto gehört zu einer anderen Organisation als die App, bei der Sie sich anmelden wollen.",
    not_the_same: "Die beiden Kennwörter sind nicht gleich.",
    weak: "Dieses Kennwort ist zu leicht zu erraten.",
    unchanged: "Das neue Kennwort muss ein anderes sein als das alte.",
};

const FRENCH: Texts = Texts {
    lang: "fr",
    sign_in: "Se connecter",
    to_app: "pour continuer vers",
    user_name: "Nom d’utilisateur",
    password: "Mot de passe",
    next: "Suivant",
    code_title: "Second facteur",
    code: "Code à six chiffres de votre application d’authentification",
    enrol_title: "Configurer un second facteur",
    enrol_help: "Scannez l’image avec une application d’authentification ou saisissez-y le secret. Entrez ensuite le code affiché.",
    secret: "Secret",
    open_app: "Ouvrir dans une application d’authentification sur cet appareil",
    new_title: "Choisir un nouveau mot de passe",
    new_help: "Au moins dix caractères, dont cinq différents, sans votre nom d’utilisateur.",
    new_password: "Nouveau mot de passe",
    again: "Nouveau mot de passe, encore une fois",
    signed_out: "Vous êtes déconnecté",
    signed_out_help: "Vous pouvez fermer cette fenêtre.",
    failed: "Cela n’a pas fonctionné",
    wrong_password: "Le nom d’utilisateur ou le mot de passe est incorrect.",
    wrong_code: "Le code est incorrect ou a déjà servi. Attendez le suivant.",
    locked: "Trop d’essais erronés. Attendez un moment, puis réessayez.",
    expired: "Ce mot de passe à usage unique est trop ancien. Demandez-en un nouveau.",
    disabled: "Ce compte ne peut pas se connecter. Adressez-vous à votre administration.",
    other_tenant: "Ce compte appartient à une autre organisation que l’application demandée.",
    not_the_same: "Les deux mots de passe ne sont pas identiques.",
    weak: "Ce mot de passe est trop facile à deviner.",
    unchanged: "Le nouveau mot de passe doit différer de l’ancien.",
};

/// The first language of the browser that there are words for.
pub(crate) fn of(headers: &HeaderMap) -> &'static Texts {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut languages = wanted.split(',').filter_map(|part| part.trim().get(..2));
    let known = |language: &str| {
        [&ENGLISH, &GERMAN, &FRENCH].into_iter().find(|texts| texts.lang.eq_ignore_ascii_case(language))
    };
    languages.find_map(known).unwrap_or(&ENGLISH)
}
