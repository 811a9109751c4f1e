using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Whether a server's certificate is for the name it was dialled by.</summary>
internal static class ServerNames
{
    // Certificates of proxies can have hundreds.
    private const int MostShown = 20;

    /// <summary>What is wrong with the names; null where one fits.</summary>
    /// <remarks>The common name counts for nothing, as for every Go client since 1.15, etcd's members and etcdctl among them.</remarks>
    public static TlsFinding? Check(X509Certificate2 certificate, string name)
    {
        string wanted = name.TrimEnd('.');
        if (Matches(certificate, wanted)) return null;
        string[] names = [.. NamesIn(certificate)];
        if (names.Length == 0)
        {
            return TlsFinding.Unfit(
                $"the server's certificate ('{certificate.Subject}') names no host: "
                + (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any() ? "there is no DNS name or IP address among its subject alternative names, " : "it has no subject alternative names, ")
                + "and etcdctl and etcd's members do not use the common name as a host name",
                $"Have the server's certificate issued again with '{wanted}' among its subject alternative names.");
        }

        if (IPAddress.TryParse(wanted, out _) && names.Contains(wanted))
        {
            return TlsFinding.Unfit($"the server's certificate lists '{wanted}' as a DNS name, and not as an IP address",
                $"Have the server's certificate issued again with IP:{wanted} among its subject alternative names.");
        }

        string shown = string.Join(", ", names.Take(MostShown)) + (names.Length > MostShown ? $" and {names.Length - MostShown} more" : "");
        return TlsFinding.Unfit($"the server's certificate is not for '{wanted}' but for {shown}",
            "Use one of these names in the endpoint, or have the certificate issued with the name you use.");
    }

    private static bool Matches(X509Certificate2 certificate, string name)
    {
        try
        {
            return certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);
        }
        catch (ArgumentException)
        {
            return false; // no name that a certificate could have
        }
    }

    private static IEnumerable<string> NamesIn(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names =>
            names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())));
}
