using EtcdAdmin.Lab.Machines;

namespace EtcdAdmin.Lab;

public sealed partial class LabHost
{
    private static readonly TimeSpan UpLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private Task WaitUntilUpAsync(CancellationToken cancellationToken) =>
        WaitAsync(() => IsUpAsync(cancellationToken), "come up", cancellationToken);

    /// <summary>Whether sshd listens; it starts last. Checked inside the host, which may be cut off or slow.</summary>
    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        if (Container.FindInit() is null) return false;
        return (await TryRunAsync("ss -Hltn 'sport = :22' | grep -q LISTEN", cancellationToken)).Succeeded;
    }

    private async Task WaitAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken)
    {
        DateTime end = DateTime.UtcNow + UpLimit;
        while (!await condition())
        {
            if (DateTime.UtcNow > end)
            {
                string console = File.Exists(ConsolePath)
                    ? string.Join('\n', (await File.ReadAllLinesAsync(ConsolePath, cancellationToken)).TakeLast(20))
                    : "";
                throw new LabException($"The host {Name} has not {what} within {UpLimit}. End of its console: {console}");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }
}
