using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Certificates;

/// <summary>Lets the platform check one path of certificates: their signatures and constraints.</summary>
internal static class PlatformPath
{
    /// <summary>The platform's findings about the path, without those about certificates above its last one.</summary>
    /// <param name="path">A path of <see cref="CertificatePaths.Find"/>.</param>
    /// <param name="now">The time at which the certificates must be valid.</param>
    /// <param name="signed">Whether each certificate was signed with the key of the next.</param>
    public static X509ChainStatusFlags Verify(IReadOnlyList<X509Certificate2> path, DateTimeOffset now, out bool signed)
    {
        using X509Chain chain = OfflineChain.Of([path[^1]], path.Skip(1), now);
        chain.Build(path[0]);

        // If an issuer's key identifier or signature does not match, the platform's chain is shorter or different.
        bool complete = chain.ChainElements.Count >= path.Count;
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        for (int i = 0; complete && i < path.Count; i++)
        {
            complete = CertificatePaths.IsSame(chain.ChainElements[i].Certificate, path[i]);
            foreach (X509ChainStatus status in chain.ChainElements[i].ChainElementStatus) flags |= status.Status;
        }

        signed = complete && !flags.HasFlag(X509ChainStatusFlags.NotSignatureValid);
        return flags;
    }
}
