using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Ssh;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The private keys of this machine that SSH.NET can log in with.</summary>
internal static class LoginKeys
{
    private const string PublicEnding = ".pub";
    private const string CertificateEnding = "-cert.pub";
    private const string AgentVariable = "SSH_AUTH_SOCK";

    // The ssh agent of Windows, if it runs.
    private const string AgentPipe = @"\\.\pipe\openssh-ssh-agent";

    /// <summary>Reads the keys of a hop.</summary>
    /// <param name="hop">The hop.</param>
    /// <param name="hasPassword">Whether a password can be used instead.</param>
    /// <exception cref="EtcdException">NotSupported: SSH.NET cannot use any of the keys; SpecInvalid: the file of -KeyFilePath is
    /// missing.</exception>
    public static IReadOnlyList<IPrivateKeySource> Read(SshHop hop, bool hasPassword)
    {
        if (hop.Settings.IsOff("pubkeyauthentication")) return [];
        string? only = hop.IsLast ? hop.Connection.KeyFilePath : null;
        if (only is not null && !File.Exists(HomeFolder.Expand(only)))
            throw SshFailure.Configuration(hop.Connection, $"Identity file {only} not accessible: No such file or directory");

        var keys = new List<IPrivateKeySource>();
        var problems = new List<string>();
        string[] files = only is not null ? [only] : [.. hop.Settings.All("identityfile").Distinct()];
        foreach (string file in files.Select(HomeFolder.Expand).Where(File.Exists))
        {
            if (TryRead(file, hop.Settings, out string problem) is { } key) keys.Add(key);
            else problems.Add(problem);
        }

        if (keys.Count > 0 || hasPassword) return keys;
        if (problems.Count > 0) throw SshNetLimits.Lacks(hop.Connection, string.Join("; ", problems));
        return HasAgent(hop.Settings)
            ? throw SshNetLimits.Lacks(hop.Connection, "its keys are only in the ssh agent, which SSH.NET does not use")
            : keys;
    }

    private static PrivateKeyFile? TryRead(string path, SshSettings settings, out string problem)
    {
        string[] certificates = [.. settings.All("certificatefile").Select(HomeFolder.Expand), path + CertificateEnding];
        problem = "";
        try
        {
            return certificates.FirstOrDefault(file => File.Exists(file) && IsFor(file, path)) is { } certificate
                ? new PrivateKeyFile(path, passPhrase: null, certificate)
                : new PrivateKeyFile(path);
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            problem = $"the key {path} has a passphrase";
        }
        catch (Exception e) when (e is SshException or NotSupportedException or ArgumentException or FormatException or InvalidOperationException)
        {
            problem = IsOfHardware(path) ? $"the key {path} is kept in hardware" : $"the key {path} cannot be used ({SshNetFailure.Reason(e)})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"the key {path} cannot be read ({e.Message})";
        }

        return null;
    }

    // CertificateFile may name the certificate of another key, so the types are compared.
    private static bool IsFor(string certificate, string key) => certificate == key + CertificateEnding
        || (File.Exists(key + PublicEnding) && TypeOf(certificate).StartsWith(TypeOf(key + PublicEnding), StringComparison.Ordinal));

    private static bool IsOfHardware(string path) =>
        File.Exists(path + PublicEnding) && TypeOf(path + PublicEnding).StartsWith("sk-", StringComparison.Ordinal);

    // A line is: type key comment.
    private static string TypeOf(string path) => File.ReadLines(path).FirstOrDefault("").Split(' ')[0];

    private static bool HasAgent(SshSettings settings) => settings["identityagent"] is { } agent
        ? !agent.Equals("none", StringComparison.OrdinalIgnoreCase) && (agent != AgentVariable || IsSet())
        : IsSet();

    private static bool IsSet() => Environment.GetEnvironmentVariable(AgentVariable) is { Length: > 0 }
        || (OperatingSystem.IsWindows() && File.Exists(AgentPipe));
}
