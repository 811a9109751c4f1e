using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>One thing that is wrong with a certificate.</summary>
/// <param name="Rank">How far from being trusted: of several paths the one with the lowest is told of.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="NextStep">What to do about it.</param>
internal sealed record TlsFinding(int Rank, string Text, string NextStep)
{
    private const int Fixable = 1;
    private const int Foreign = 2;

    /// <summary>Expired, or not valid yet; null where it is valid.</summary>
    /// <param name="certificate">Which.</param>
    /// <param name="whose">What it is, at the beginning of a sentence: <c>the server's certificate</c>.</param>
    /// <param name="now">This machine's time.</param>
    /// <param name="renewal">What to do where it has expired.</param>
    public static TlsFinding? OfDates(X509Certificate2 certificate, string whose, DateTimeOffset now, string renewal)
    {
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime();
        DateTimeOffset to = certificate.NotAfter.ToUniversalTime();
        if (now > to)
        {
            return new TlsFinding(Fixable,
                $"{whose} ('{certificate.Subject}') expired on {Show(to)}; this machine's clock says {Show(now)}",
                $"If this machine's clock is right (compare it with the server's: date -u), {renewal}.");
        }

        return now < from
            ? new TlsFinding(Fixable,
                $"{whose} ('{certificate.Subject}') is not valid before {Show(from)}; this machine's clock says {Show(now)}",
                "Compare this machine's clock with the server's (date -u on both) and set the one that is wrong; "
                + "if both are right, wait until then or have the certificate issued again.")
            : null;
    }

    /// <summary>The extended key usage does not include what it is used for; null where it does, or where there is none.</summary>
    public static TlsFinding? OfUsage(X509Certificate2 certificate, string whose, string purpose, string purposeName, string nextStep)
    {
        string[] purposes = [.. certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(usage => usage.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()).Select(oid => oid.Value ?? "")];
        if (purposes.Length == 0 || purposes.Contains(purpose) || purposes.Contains(KeyPurpose.Any)) return null;
        return new TlsFinding(Fixable,
            $"{whose} ('{certificate.Subject}') is not made for {purposeName} (its extended key usage: {string.Join(", ", purposes.Select(KeyPurpose.NameOf))})",
            nextStep);
    }

    /// <summary>The server's certificate or one of its authorities is wrong in a way that only a new certificate mends.</summary>
    public static TlsFinding Unfit(string text, string nextStep) => new(Fixable, text, nextStep);

    /// <summary>Nobody who is trusted has signed it.</summary>
    public static TlsFinding Untrusted(string text, string nextStep) => new(Foreign, text, nextStep);

    /// <summary>A time as messages have it.</summary>
    public static string Show(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}

/// <summary>The purposes of extended key usage that matter to TLS: RFC 5280, 4.2.1.12.</summary>
internal static class KeyPurpose
{
    public const string Server = "1.3.6.1.5.5.7.3.1";
    public const string Client = "1.3.6.1.5.5.7.3.2";
    public const string Any = "2.5.29.37.0";

    public static string NameOf(string oid) => oid switch
    {
        Server => "serverAuth",
        Client => "clientAuth",
        Any => "anyExtendedKeyUsage",
        "1.3.6.1.5.5.7.3.3" => "codeSigning",
        "1.3.6.1.5.5.7.3.4" => "emailProtection",
        "1.3.6.1.5.5.7.3.8" => "timeStamping",
        "1.3.6.1.5.5.7.3.9" => "OCSPSigning",
        _ => oid,
    };
}
