using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The OpenSSH client of this machine.</summary>
/// <param name="folder">The private folder of this process.</param>
internal sealed class SshClient(SshFolder folder)
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "ssh.exe" : "ssh";

    private readonly Lazy<string> _program = new(Find, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The private folder of this process.</summary>
    public SshFolder Folder => folder;

    /// <summary>Full path of the program.</summary>
    /// <exception cref="EtcdException">SshNotFound.</exception>
    public string Program => _program.Value;

    /// <summary>An ssh command that never prompts.</summary>
    /// <exception cref="EtcdException">SshNotFound.</exception>
    public ProcessCommand Command(IReadOnlyList<string> arguments) =>
        new(Program, arguments) { Environment = AskPass.Refusing(folder) };

    /// <summary>A command of the program for keys and known hosts, which is part of ssh.</summary>
    public static ProcessCommand KeyCommand(params string[] arguments) => new("ssh-keygen", arguments);

    private static string Find()
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(
            File.Exists)
            ?? throw new EtcdException(EtcdErrorIds.SshNotFound, "The ssh client is not on the PATH of this machine.")
            {
                Target = FileName,
                NextStep = "Install the OpenSSH client (Debian: openssh-client, Red Hat: openssh-clients, "
                    + "Windows: the optional feature OpenSSH.Client).",
            };
    }
}
