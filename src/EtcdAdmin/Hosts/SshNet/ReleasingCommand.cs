using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>A command that releases its connection when it is disposed.</summary>
internal sealed class ReleasingCommand(IRunningCommand command, Action release) : IRunningCommand
{
    private int _isReleased;

    public Stream Output => command.Output;

    public Stream Error => command.Error;

    public Task<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        command.TryWriteAsync(bytes, cancellationToken);

    public Task CloseInputAsync() => command.CloseInputAsync();

    public Task<int> WaitForExitAsync(CancellationToken cancellationToken) => command.WaitForExitAsync(cancellationToken);

    public Task KillAsync() => command.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await command.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _isReleased, 1) == 0) release();
    }
}
