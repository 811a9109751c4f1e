using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Checks whether a server's certificate is valid for the dialled name.</summary>
internal static class ServerNames
{
    // Certificates of proxies can have hundreds of names.
    private const int MostShown = 20;

    /// <summary>The problem with the names; null if one matches.</summary>
    /// <remarks>The common name is ignored, as in every Go client since 1.15, including etcd's members and etcdctl.</remarks>
    public static TlsFinding? Check(X509Certificate2 certificate, string name)
    {
        string wanted = name.TrimEnd('.');
        if (Matches(certificate, wanted)) return null;
        string[] names = [.. NamesIn(certificate)];
        if (names.Length == 0)
        {
            return TlsFinding.Unfit(
                $"the server's certificate ('{certificate.Subject}') has no host name: "
                + (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any()
                    ? "its subject alternative names have no DNS name or IP address, " : "it has no subject alternative names, ")
                + "and etcdctl and etcd's members ignore the common name",
                $"Issue the server's certificate again with '{wanted}' in its subject alternative names.");
        }

        if (IPAddress.TryParse(wanted, out _) && names.Contains(wanted))
        {
            return TlsFinding.Unfit($"the server's certificate lists '{wanted}' as a DNS name, not as an IP address",
                $"Issue the server's certificate again with IP:{wanted} in its subject alternative names.");
        }

        string shown = string.Join(", ", names.Take(MostShown)) + (names.Length > MostShown ? $" and {names.Length - MostShown} more" : "");
        return TlsFinding.Unfit($"the server's certificate is not valid for '{wanted}', only for {shown}",
            "Use one of these names in the endpoint, or issue the certificate again with the name you use.");
    }

    private static bool Matches(X509Certificate2 certificate, string name)
    {
        try
        {
            return certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);
        }
        catch (ArgumentException)
        {
            return false; // not a name that a certificate can have
        }
    }

    private static IEnumerable<string> NamesIn(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names =>
            names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())));
}
