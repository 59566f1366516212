@echo off
rem Starts Espalier with a Java 25 or later: JAVA25_HOME, JAVA_HOME, or the one on the path.
setlocal EnableDelayedExpansion
set "ESPALIER_FOLDER=%~dp0.."
set "FOUND="
if defined JAVA25_HOME call :try "%JAVA25_HOME%\bin\java.exe"
if not defined FOUND if defined JAVA_HOME call :try "%JAVA_HOME%\bin\java.exe"
if not defined FOUND for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :try "%%~$PATH:J"
if not defined FOUND for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%USERPROFILE%\.jdks\*") do if not defined FOUND call :try "%%~D\bin\java.exe"
if not defined FOUND (
    echo Espalier needs Java 25 or later and found none. 1>&2
    echo Install one ^(for example Eclipse Temurin 25^) or set JAVA25_HOME to the folder of one. 1>&2
    exit /b 1
)
rem ONNX Runtime reports to its maker otherwise.
set "ORT_DISABLE_TELEMETRY=1"
if not defined ESPALIER_SAMPLE_DATA set "ESPALIER_SAMPLE_DATA=%ESPALIER_FOLDER%\sample-data"
rem The window starts faster with an archive of its classes. Java writes it when the window is closed for the first time and
rem again after a change of the program or of Java; without a usable archive it starts as usual.
set "ARCHIVE="
if "%~1"=="" (
    if defined ESPALIER_HOME (set "ARCHIVE=%ESPALIER_HOME%\libraries\window.jsa") else set "ARCHIVE=%APPDATA%\Espalier\libraries\window.jsa"
)
set ARCHIVING=
if defined ARCHIVE set ARCHIVING=-XX:+AutoCreateSharedArchive -XX:+VerifySharedSpaces "-XX:SharedArchiveFile=%ARCHIVE%" "-Xlog:cds*=off,aot*=off"
"%FOUND%" %ARCHIVING% -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector %ESPALIER_JAVA_OPTIONS% "-Despalier.sample-data=%ESPALIER_SAMPLE_DATA%" -cp "%ESPALIER_FOLDER%\lib\*" dev.espalier.app.Main %*
exit /b %ERRORLEVEL%

:try
if not exist "%~1" exit /b
for /f "tokens=3" %%V in ('""%~1" -XX:-UsePerfData -version 2>&1 ^| findstr /i version"') do set "VERSION=%%~V"
for /f "delims=.-+" %%M in ("!VERSION!") do if %%M GEQ 25 set "FOUND=%~1"
exit /b
