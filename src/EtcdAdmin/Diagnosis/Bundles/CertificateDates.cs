using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>What a support bundle says of certificates: names and dates, never their content.</summary>
internal static class CertificateDates
{
    /// <summary>One line for each certificate of a PEM text.</summary>
    public static string Describe(string pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            return $"A certificate cannot be read: {e.Message}\n";
        }

        try
        {
            return string.Concat(found.Select(certificate => string.Create(CultureInfo.InvariantCulture,
                $"{certificate.Subject}; valid {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}; "
                    + $"issuer {certificate.Issuer}; serial {certificate.SerialNumber}; {Names(certificate)}\n")));
        }
        finally
        {
            foreach (X509Certificate2 certificate in found) certificate.Dispose();
        }
    }

    private static string Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
            ? "names " + string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))
            : "no names";
}
