using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Finds the alert with which a server ended TLS in the platform's exceptions.</summary>
internal static partial class TlsAlert
{
    // The descriptions of RFC 8446, section 6 (RFC 5246, section 7.2, for certificate_revoked and the like).
    public const int HandshakeFailure = 40;
    public const int BadCertificate = 42;
    public const int UnsupportedCertificate = 43;
    public const int CertificateRevoked = 44;
    public const int CertificateExpired = 45;
    public const int CertificateUnknown = 46;
    public const int UnknownAuthority = 48;
    public const int AccessDenied = 49;
    public const int ProtocolVersion = 70;
    public const int InternalError = 80;
    public const int UnrecognizedName = 112;
    public const int CertificateRequired = 116;

    // OpenSSL's reason code for an alert is the alert plus 1000: SSL_AD_REASON_OFFSET, include/openssl/ssl.h.
    private const int ReasonOffset = 1000;
    private const int ReasonMask = 0x7FFFFF;

    // SEC_E_CERT_UNKNOWN: Windows reports the alerts about certificates with it.
    private const string WindowsUnknown = "0x80090327";

    private static readonly (string Words, int Alert)[] Names =
    [
        ("certificate required", CertificateRequired), ("bad certificate", BadCertificate), ("unknown ca", UnknownAuthority),
        ("certificate expired", CertificateExpired), ("certificate revoked", CertificateRevoked),
        ("unsupported certificate", UnsupportedCertificate), ("certificate unknown", CertificateUnknown),
        ("handshake failure", HandshakeFailure),
    ];

    /// <summary>The alert; null if there was none.</summary>
    public static int? Of(Exception cause)
    {
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            if (OpenSslError().Match(e.Message) is { Success: true } match)
            {
                int reason = int.Parse(match.Groups["code"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ReasonMask;
                if (reason is > ReasonOffset and <= ReasonOffset + byte.MaxValue) return reason - ReasonOffset;
            }

            if (e.Message.Contains(WindowsUnknown, StringComparison.Ordinal)) return CertificateUnknown;
            if (!e.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)) continue;
            foreach ((string words, int alert) in Names)
            {
                if (e.Message.Contains(words, StringComparison.OrdinalIgnoreCase)) return alert;
            }
        }

        return null;
    }

    /// <summary>The RFC's name of an alert.</summary>
    public static string NameOf(int alert) => alert switch
    {
        HandshakeFailure => "handshake failure",
        BadCertificate => "bad certificate",
        UnsupportedCertificate => "unsupported certificate",
        CertificateRevoked => "certificate revoked",
        CertificateExpired => "certificate expired",
        CertificateUnknown => "certificate unknown",
        UnknownAuthority => "unknown CA",
        AccessDenied => "access denied",
        ProtocolVersion => "protocol version",
        InternalError => "internal error",
        UnrecognizedName => "unrecognized name",
        CertificateRequired => "certificate required",
        _ => alert.ToString(CultureInfo.InvariantCulture),
    };

    // "error:0A000412:SSL routines::ssl/tls alert bad certificate": library 20 (SSL), then the reason.
    [GeneratedRegex("error:(?<code>0A[0-9A-F]{6}):", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OpenSslError();
}
