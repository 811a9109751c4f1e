using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Reads the target of a connection from the ssh configuration.</summary>
internal static class SshResolver
{
    /// <exception cref="EtcdException">NotSupported: see <see cref="SshConfigFile"/>; SpecInvalid: ssh does not accept the configuration.</exception>
    public static async Task<ResolvedHost> ResolveAsync(SshClient client, HostConnection connection, CancellationToken cancellationToken) =>
        TargetOf(await SettingsAsync(client, connection, cancellationToken).ConfigureAwait(false), connection);

    /// <summary>The target in the settings of a connection.</summary>
    public static ResolvedHost TargetOf(SshSettings settings, HostConnection connection) =>
        new(settings["hostname"] ?? connection.HostName, settings["user"] ?? Environment.UserName,
            int.Parse(settings["port"] ?? KnownHosts.DefaultPort, CultureInfo.InvariantCulture))
        {
            HostKeyAlias = settings["hostkeyalias"],
        };

    /// <summary>Every setting of <c>ssh_config(5)</c> for a connection; without an ssh program, those that EtcdAdmin reads itself.</summary>
    /// <exception cref="EtcdException">NotSupported: see <see cref="SshConfigFile"/>; SpecInvalid: ssh does not accept the configuration.</exception>
    public static async Task<SshSettings> SettingsAsync(
        SshClient client, HostConnection connection, CancellationToken cancellationToken)
    {
        if (!client.IsThere) return SshConfigFile.Read(connection);
        ProcessResult result = await ProcessRunner.RunAsync(
            client.Command(SshArguments.Resolve(connection)), cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? SshSettings.Parse(result.Output) : throw SshFailure.Configuration(connection, result.Error);
    }
}
