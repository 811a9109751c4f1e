using EtcdAdmin.Lab;
using EtcdAdmin.Lab.Commands;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
try
{
    return await LabCommand.RunAsync(args, stop.Token);
}
catch (LabException e)
{
    await Console.Error.WriteLineAsync("lab: " + e.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
