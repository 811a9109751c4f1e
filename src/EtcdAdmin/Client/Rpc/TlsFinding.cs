using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>One problem of a certificate.</summary>
/// <param name="Rank">The distance from being trusted: of several paths, the one with the lowest rank is reported.</param>
/// <param name="Text">The problem.</param>
/// <param name="NextStep">What to do about it.</param>
internal sealed record TlsFinding(int Rank, string Text, string NextStep)
{
    private const int Fixable = 1;
    private const int Foreign = 2;

    /// <summary>Whether no trusted authority has signed the certificate.</summary>
    public bool IsForeign => Rank == Foreign;

    /// <summary>Expired or not valid yet; null if it is valid.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="whose">Its description at the start of a sentence: <c>the server's certificate</c>.</param>
    /// <param name="now">The time.</param>
    /// <param name="renewal">What to do if it has expired.</param>
    /// <param name="clock">Whose time it is.</param>
    public static TlsFinding? OfDates(
        X509Certificate2 certificate, string whose, DateTimeOffset now, string renewal, string clock = "this machine's clock")
    {
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime();
        DateTimeOffset to = certificate.NotAfter.ToUniversalTime();
        if (now > to)
        {
            return new TlsFinding(Fixable,
                $"{whose} ('{certificate.Subject}') expired on {Show(to)}; {clock} says {Show(now)}, "
                    + $"{DurationText.Show(now - to)} later",
                $"If this machine's clock is right (compare it with the server's: date -u), {renewal}.");
        }

        return now < from
            ? new TlsFinding(Fixable,
                $"{whose} ('{certificate.Subject}') is not valid before {Show(from)}; {clock} says {Show(now)}, "
                    + $"{DurationText.Show(from - now)} earlier",
                "Compare this machine's clock with the server's (date -u on both) and correct the wrong one; "
                + "if both are right, wait until then or issue the certificate again.")
            : null;
    }

    /// <summary>The extended key usage does not allow this use; null if it does, or if the certificate has none.</summary>
    public static TlsFinding? OfUsage(X509Certificate2 certificate, string whose, string purpose, string purposeName, string nextStep)
    {
        string[] purposes = [.. certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(usage => usage.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()).Select(oid => oid.Value ?? "")];
        if (purposes.Length == 0 || purposes.Contains(purpose) || purposes.Contains(KeyPurpose.Any)) return null;
        return new TlsFinding(Fixable,
            $"{whose} ('{certificate.Subject}') is not issued for {purposeName} (its extended key usage: "
                + $"{string.Join(", ", purposes.Select(KeyPurpose.NameOf))})",
            nextStep);
    }

    /// <summary>A problem of the server's certificate or one of its authorities that only a new certificate fixes.</summary>
    public static TlsFinding Unfit(string text, string nextStep) => new(Fixable, text, nextStep);

    /// <summary>No trusted authority has signed the certificate.</summary>
    public static TlsFinding Untrusted(string text, string nextStep) => new(Foreign, text, nextStep);

    /// <summary>The format of times in messages.</summary>
    public static string Show(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}

/// <summary>The extended key usages that matter for TLS: RFC 5280, 4.2.1.12.</summary>
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
