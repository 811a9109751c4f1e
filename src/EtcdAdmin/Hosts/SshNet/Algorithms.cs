using Renci.SshNet;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The algorithms that SSH.NET may use: no weaker ones than OpenSSH's own defaults.</summary>
internal static class Algorithms
{
    // SHA-1, CBC, and host certificates, which SSH.NET does not check.
    private static readonly string[] Refused = ["sha1", "-cbc", "-cert-", "group1-"];

    // As a signature algorithm, this name means RSA with SHA-1.
    private const string OldRsa = "ssh-rsa";

    // Encryption and checksum in one pass of the processor's own instructions; SSH.NET's first choice, counter mode with a checksum, takes two.
    private const string Fastest = "-gcm@";

    /// <summary>Removes weak algorithms, and asks for fast ciphers and for keys of known types first.</summary>
    /// <param name="info">The connection.</param>
    /// <param name="knownTypes">The types of the host's keys in known_hosts.</param>
    public static void Choose(ConnectionInfo info, IReadOnlySet<string> knownTypes)
    {
        Remove(info.KeyExchangeAlgorithms);
        Remove(info.Encryptions);
        Remove(info.HmacAlgorithms);
        Remove(info.HostKeyAlgorithms);
        info.HostKeyAlgorithms.Remove(OldRsa);
        MoveToFront(info.Encryptions, name => name.Contains(Fastest, StringComparison.Ordinal));
        MoveToFront(info.HostKeyAlgorithms, name => knownTypes.Contains(TypeOf(name)));
    }

    private static string TypeOf(string algorithm) => algorithm.StartsWith("rsa-", StringComparison.Ordinal) ? OldRsa : algorithm;

    private static void Remove<T>(IDictionary<string, T> algorithms)
    {
        foreach (string name in algorithms.Keys.Where(name => Refused.Any(part => name.Contains(part, StringComparison.Ordinal))).ToArray())
            algorithms.Remove(name);
    }

    private static void MoveToFront<T>(IOrderedDictionary<string, T> algorithms, Func<string, bool> isPreferred)
    {
        int next = 0;
        foreach (string name in algorithms.Keys.Where(isPreferred).ToArray())
        {
            T algorithm = algorithms[name];
            algorithms.Remove(name);
            algorithms.Insert(next++, name, algorithm);
        }
    }
}
