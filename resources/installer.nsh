; "Send with Gangway" in the menu of files and folders, for this user, and gone with the app.
!macro sendWithGangway KIND
  WriteRegStr SHELL_CONTEXT "Software\Classes\${KIND}\shell\Gangway" "" "Send with Gangway"
  WriteRegStr SHELL_CONTEXT "Software\Classes\${KIND}\shell\Gangway" "Icon" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHELL_CONTEXT "Software\Classes\${KIND}\shell\Gangway\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
!macroend

!macro customInstall
  !insertmacro sendWithGangway "*"
  !insertmacro sendWithGangway "Directory"
!macroend

!macro customUnInstall
  DeleteRegKey SHELL_CONTEXT "Software\Classes\*\shell\Gangway"
  DeleteRegKey SHELL_CONTEXT "Software\Classes\Directory\shell\Gangway"
!macroend
