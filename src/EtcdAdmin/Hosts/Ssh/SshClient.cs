using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The OpenSSH client of this machine.</summary>
/// <param name="folder">The private folder of this process.</param>
/// <param name="path">The folders to look in, as in PATH; null is PATH.</param>
internal sealed class SshClient(SshFolder folder, string? path = null)
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "ssh.exe" : "ssh";

    private readonly Lazy<string?> _program = new(
        () => Find(path ?? Environment.GetEnvironmentVariable("PATH") ?? ""), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The private folder of this process.</summary>
    public SshFolder Folder => folder;

    /// <summary>Full path of the program.</summary>
    /// <exception cref="EtcdException">SshNotFound.</exception>
    public string Program => _program.Value ?? throw NotFound();

    /// <summary>Whether this machine has the program.</summary>
    public bool IsThere => _program.Value is not null;

    /// <summary>An ssh command that never prompts.</summary>
    /// <exception cref="EtcdException">SshNotFound.</exception>
    public ProcessCommand Command(IReadOnlyList<string> arguments) =>
        new(Program, arguments) { Environment = AskPass.Refusing(folder) };

    private static string? Find(string path) =>
        path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);

    private static EtcdException NotFound() => new(EtcdErrorIds.SshNotFound, "The ssh client is not on the PATH of this machine.")
    {
        Target = FileName,
        NextStep = "Use -SshTransport SshNet, or install the OpenSSH client (Debian: openssh-client, Red Hat: openssh-clients, "
            + "Windows: the optional feature OpenSSH.Client).",
    };
}
