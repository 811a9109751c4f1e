using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Certificates;

/// <summary>Chains that the platform checks with given certificates only: nothing is downloaded, and the authorities of the system do not count.
/// </summary>
internal static class OfflineChain
{
    /// <summary>A chain to be built.</summary>
    /// <param name="roots">The trusted certificates.</param>
    /// <param name="others">Those that may be on the way.</param>
    /// <param name="at">The time at which all must be valid; null is any.</param>
    public static X509Chain Of(IEnumerable<X509Certificate2> roots, IEnumerable<X509Certificate2> others, DateTimeOffset? at)
    {
        var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots.ToArray());
        policy.ExtraStore.AddRange(others.ToArray());
        // Private authorities publish no revocation lists that an operator's machine could download.
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        if (at is { } time) policy.VerificationTime = time.LocalDateTime;
        else policy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain;
    }
}
