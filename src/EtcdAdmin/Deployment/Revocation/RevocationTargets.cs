using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>Finds the certificates that a request names, and refuses those that the cluster itself needs.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="pki">The files of its profile.</param>
/// <param name="clock">The clock.</param>
internal sealed class RevocationTargets(EtcdCluster cluster, ProfilePki pki, TimeProvider clock)
{
    private const string ClientsOnly = "Revoke the certificate of a client.";

    /// <summary>The certificates of a request, each once.</summary>
    /// <exception cref="EtcdException">InvalidArgument: none, a serial number that is not one, or a common name without a certificate.
    /// CertificateInvalid, CredentialPackageInvalid: a file cannot be read, or is of another authority.</exception>
    public async Task<IReadOnlyList<RevokedCertificate>> FindAsync(RevocationRequest request, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<CertificateInfo> issued = await pki.ReadIssuedAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<RevokedCertificate>();
        foreach (string name in request.CommonNames)
        {
            CertificateInfo[] named = [.. issued.Where(one => one.CommonName == name && one.NotAfter > now)];
            if (named.Length == 0) throw Unknown(name);
            found.AddRange(named.Select(one => Of(one, now, request.Reason)));
        }

        foreach (string serial in request.SerialNumbers)
        {
            string number = Normalize(serial);
            found.Add(issued.FirstOrDefault(one => RevocationList.Normalize(one.SerialNumber) == number) is { } known
                ? Of(known, now, request.Reason)
                : new RevokedCertificate(number, now) { Reason = request.Reason });
        }

        foreach (string file in request.Files)
        {
            CertificateInfo read = await ReadAsync(file, request, cancellationToken).ConfigureAwait(false);
            found.Add(Of(read, now, request.Reason));
        }

        if (found.Count == 0)
            throw new EtcdException(EtcdErrorIds.InvalidArgument, "No certificate was given.")
            {
                NextStep = "Name one by file, serial number or common name.",
            };
        return [.. found.DistinctBy(one => one.SerialNumber)];
    }

    /// <summary>Refuses certificates without which the cluster, or this machine, could not go on.</summary>
    /// <exception cref="EtcdException">RequestRefused.</exception>
    public void RequireSpare(IEnumerable<RevokedCertificate> revoked, IReadOnlyDictionary<string, TrustFacts> members)
    {
        foreach (RevokedCertificate one in revoked)
        {
            foreach ((string member, TrustFacts facts) in members)
            {
                if (SerialsIn(facts.ServerCertificate).Contains(one.SerialNumber) || SerialsIn(facts.PeerCertificate).Contains(one.SerialNumber))
                    throw InUse(one, $"member {member} uses it", $"Renew it first (Update-EtcdCertificate {cluster.Name} -Member {member}).");
                if (SerialsIn(facts.Authorities).Contains(one.SerialNumber) || SerialsIn(facts.PeerAuthorities).Contains(one.SerialNumber))
                    throw InUse(one, "it is that of an authority", $"Update-EtcdCertificateAuthority {cluster.Name} replaces an authority.");
            }

            if (SerialsIn(cluster.Tls?.CertificatePem).Contains(one.SerialNumber))
                throw InUse(one, "this machine uses it itself", $"Renew it first (Update-EtcdCertificate {cluster.Name}).");
        }
    }

    private async Task<CertificateInfo> ReadAsync(string file, RevocationRequest request, CancellationToken cancellationToken)
    {
        string pem;
        if (CredentialArchive.IsOne(file))
        {
            IReadOnlyDictionary<string, string> files = await CredentialArchive.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            pem = files.GetValueOrDefault(CredentialFiles.Certificate) ?? throw CertificateError.Make(
                file, "the package has no client certificate", ClientsOnly);
        }
        else pem = await PemFile.ReadAsync(file, request.Passphrase, cancellationToken).ConfigureAwait(false);

        var info = CertificateInfo.FromPem(pem, file);
        if (info.IsAuthority) throw CertificateError.Make(file, "it is the certificate of an authority", ClientsOnly);
        // etcd compares only serial numbers, so one list serves both authorities.
        if (!new[] { cluster.Tls?.CaPem, cluster.Tls?.PeerCaPem }.Any(authority => CertificateBundle.IsIssuedBy(pem, authority ?? "")))
        {
            throw CertificateError.Make(file, $"the authority of cluster '{cluster.Name}' has not issued it, but '{info.Issuer}'",
                "Choose the cluster of that authority. A member refuses certificates of other authorities in any case.");
        }

        return info;
    }

    private static RevokedCertificate Of(CertificateInfo info, DateTimeOffset now, RevocationReason reason) =>
        new(RevocationList.Normalize(info.SerialNumber), now) { Subject = info.Subject, NotAfter = info.NotAfter, Reason = reason };

    private static string Normalize(string serial)
    {
        try
        {
            return RevocationList.Normalize(serial);
        }
        catch (FormatException e)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{serial}' is not the serial number of a certificate. {e.Message}", e)
            {
                Target = serial,
                NextStep = "Give up to 40 hexadecimal digits, as Get-EtcdCertificate shows them.",
            };
        }
    }

    private static HashSet<string> SerialsIn(string? pem)
    {
        try
        {
            return string.IsNullOrWhiteSpace(pem) ? [] : [.. PemContent.Certificates(pem, "certificate").Select(Serial)];
        }
        catch (EtcdException)
        {
            return []; // damaged, so nobody uses it
        }
    }

    private static string Serial(X509Certificate2 certificate)
    {
        using (certificate) return RevocationList.Normalize(certificate.SerialNumber);
    }

    private EtcdException InUse(RevokedCertificate one, string why, string next) => new(EtcdErrorIds.RequestRefused,
        $"The certificate with serial number {one.SerialNumber} of cluster '{cluster.Name}' was not revoked: {why}. Nothing was changed.")
    {
        Target = one.SerialNumber,
        NextStep = next,
    };

    private EtcdException Unknown(string name) => new(EtcdErrorIds.InvalidArgument,
        $"This machine knows no client certificate of cluster '{cluster.Name}' with the common name '{name}' that is still valid.")
    {
        Target = name,
        NextStep = $"Get-EtcdCertificate {cluster.Name} -Issued lists those that it knows. One that was issued on another machine, or before "
            + "they were recorded, is revoked by its file (-Path) or serial number (-SerialNumber).",
    };
}
